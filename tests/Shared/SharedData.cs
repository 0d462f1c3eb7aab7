namespace PacsFusion.Tests;

/// <summary>Where the evidence data lies beside the checkout; tests that need it skip where it is absent.</summary>
internal static class SharedData
{
    /// <summary>The root of the checkout, found upwards from the test assembly.</summary>
    public static string RepositoryRoot { get; } = FindRoot();

    /// <summary>The shared folder: <c>PACSFUSION_SHARED</c>, or <c>shared</c> beside the checkout.</summary>
    public static string Root { get; } =
        Environment.GetEnvironmentVariable("PACSFUSION_SHARED") is { Length: > 0 } given
            ? given
            : Path.GetFullPath(Path.Combine(RepositoryRoot, "..", "shared"));

    /// <summary>A path below the shared folder; the calling test skips where it is absent.</summary>
    public static string Require(params string[] parts)
    {
        var path = Path.Combine([Root, .. parts]);
        Assert.SkipUnless(File.Exists(path) || Directory.Exists(path), $"{string.Join('/', parts)} of the shared data is not here");
        return path;
    }

    private static string FindRoot()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
            if (File.Exists(Path.Combine(folder, "PacsFusionNode.sln"))) return folder;
        throw new InvalidOperationException("PacsFusionNode.sln is not above the test assembly.");
    }
}
