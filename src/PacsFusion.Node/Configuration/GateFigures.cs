namespace PacsFusion.Node.Configuration;

/// <summary>What a rule's author can know of a figure of <see cref="PacsFusion.Imaging.AlignmentFigures"/> before anything is measured.</summary>
/// <param name="Name">As rules write it.</param>
/// <param name="Low">Lowest value that it can take.</param>
/// <param name="High">Highest value that it can take.</param>
/// <param name="NeedsSuvOnCt">Exists only for PT on CT.</param>
/// <param name="Meaning">What it says.</param>
/// <param name="Unit">mm or deg; empty for a share or a ratio.</param>
internal sealed record GateFigure(string Name, double Low, double High, bool NeedsSuvOnCt, string Meaning, string Unit = "");

/// <summary>The figures that a gate can name; a test holds them in step with the library.</summary>
internal static class GateFigures
{
    public static IReadOnlyList<GateFigure> All { get; } =
    [
        new("uptakeInBody", 0, 1, true, "Share of the voxels above SUV 1 that lie inside the body of the CT."),
        new("nmi", 1, 2, false, "Normalised mutual information; not comparable between pairs."),
        new("overlap", 0, 1, false, "Share of the fixed grid that the moving field of view covers."),
        new("bodyOverlap", 0, 1, false, "Share of the fixed body that the moving field of view covers."),
        new("bodyShare", 0, 1, false, "Share of the fixed grid that the body fills."),
    ];

    /// <summary>The figure of that name; null where there is none.</summary>
    public static GateFigure? Find(string name) => All.FirstOrDefault(f => f.Name == name);
}
