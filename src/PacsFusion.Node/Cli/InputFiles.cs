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
                if (Directory.Exists(path)) files.AddRange(Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal));
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
}
