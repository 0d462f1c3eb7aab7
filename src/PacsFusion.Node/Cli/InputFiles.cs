using System.IO.Enumeration;

namespace PacsFusion.Node.Cli;

/// <summary>Files that a user names, folders walked.</summary>
internal static class InputFiles
{
    /// <summary>Every file named or below a folder named, in a stable order.</summary>
    /// <exception cref="CliException">A path does not exist or cannot be listed, or there is no file at all.</exception>
    public static List<string> Expand(IReadOnlyList<string> paths)
    {
        var files = new List<string>();
        foreach (var path in paths)
        {
            try
            {
                if (Directory.Exists(path)) files.AddRange(Below(path).Order(StringComparer.Ordinal));
                else if (File.Exists(path)) files.Add(path);
                else throw new CliException(ExitCode.Unreachable, $"{path}: no such file or folder.");
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                throw new CliException(ExitCode.Unreachable, $"{path}: {fault.Message}");
            }
        }
        return files.Count > 0 ? files : throw new CliException(ExitCode.Unreachable, $"{string.Join(", ", paths)}: no file in it.");
    }

    // Links to folders are not followed: one may lead back up.
    private static FileSystemEnumerable<string> Below(string folder) =>
        new(folder, (ref FileSystemEntry entry) => entry.ToSpecifiedFullPath(), new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0, IgnoreInaccessible = false })
        {
            ShouldIncludePredicate = (ref FileSystemEntry entry) => !entry.IsDirectory,
            ShouldRecursePredicate = (ref FileSystemEntry entry) => (entry.Attributes & FileAttributes.ReparsePoint) == 0,
        };
}
