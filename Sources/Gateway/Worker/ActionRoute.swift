/// A path of a worker's or agent's server that runs one of its actions and answers the bare result.
package struct ActionRoute: Sendable {
    /// A form of the answer beside JSON: the result's member `content` as it is, when the action is run with this format.
    package struct Form: Sendable {
        /// The media type, such as `text/html`.
        package var type: String
        /// The value of the action's parameter `format`.
        package var format: String

        package init(type: String, format: String) {
            self.type = type
            self.format = format
        }
    }

    /// Whether it is asked with POST, the parameters in the body; else with GET, in the query.
    package var isPost: Bool
    /// The path; what stands in braces is a parameter of the action.
    package var path: String
    /// The action's name.
    package var action: String
    /// The forms of the answer beside JSON.
    package var forms: [Form]

    /// Combines the parts.
    package init(isPost: Bool = false, path: String, action: String, forms: [Form] = []) {
        self.isPost = isPost
        self.path = path
        self.action = action
        self.forms = forms
    }
}
