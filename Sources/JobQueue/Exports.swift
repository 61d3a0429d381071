// Whoever imports JobQueue to write a worker needs the words of JobModel too.
@_exported public import JobModel
