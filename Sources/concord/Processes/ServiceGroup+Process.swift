import Logging
import ServiceLifecycle
import UnixSignals

extension ServiceGroup {
    /// The services of one process: they end in good order on SIGTERM, SIGINT and SIGHUP, in the reverse of their order.
    ///
    /// `grace` is what running jobs may take; five seconds more, and the services are cancelled.
    static func process(_ services: [any Service], grace: Duration, logger: Logger) -> ServiceGroup {
        var configuration = ServiceGroupConfiguration(
            services: services,
            gracefulShutdownSignals: [.sigterm, .sigint, .sighup],
            logger: logger
        )
        configuration.maximumGracefulShutdownDuration = grace + .seconds(5)
        return ServiceGroup(configuration: configuration)
    }
}
