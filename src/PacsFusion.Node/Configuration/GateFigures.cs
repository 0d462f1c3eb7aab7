namespace PacsFusion.Node.Configuration;

/// <summary>What a rule's author can know of a figure of the alignment before anything is measured.</summary>
/// <param name="Name">As rules write it.</param>
/// <param name="Low">Lowest value that it can take.</param>
/// <param name="High">Highest value that it can take.</param>
/// <param name="NeedsSuvOnCt">Exists only for PT on CT.</param>
/// <param name="Meaning">What it says.</param>
/// <param name="Unit">mm or deg; empty for a share or a ratio.</param>
/// <param name="MoreIsBetter">Whether a limit on it is a least one.</param>
/// <param name="OfRegistration">Found by the quick registration, else measured on the fixed grid once the moving series lies on it.</param>
internal sealed record GateFigure(string Name, double Low, double High, bool NeedsSuvOnCt, string Meaning, string Unit = "", bool MoreIsBetter = true, bool OfRegistration = false);

/// <summary>The figures that <c>align.gate</c> and <c>align.warn</c> can name; a test holds them in step with the library.</summary>
internal static class GateFigures
{
    public static IReadOnlyList<GateFigure> All { get; } =
    [
        new("uptakeInBody", 0, 1, true, "Share of the voxels above SUV 1 that lie inside the body of the CT."),
        new("nmi", 1, 2, false, "Normalised mutual information; not comparable between pairs."),
        new("overlap", 0, 1, false, "Share of the fixed grid that the moving field of view covers."),
        new("bodyOverlap", 0, 1, false, "Share of the fixed body that the moving field of view covers."),
        new("bodyShare", 0, 1, false, "Share of the fixed grid that the body fills."),
        new("ratio", 0, 2, false, "Mutual information of the transform in use, as a share of the best that was found.", OfRegistration: true),
        new("captureSpread", 0, 1000, false, "How far searches from starts nearby end apart.", "mm", MoreIsBetter: false, OfRegistration: true),
        new("displacement", 0, 10_000, false, "How far the best transform found moves the corners of the body against the header.", "mm", MoreIsBetter: false, OfRegistration: true),
        new("rotation", 0, 180, false, "How far the best transform found turns against the header.", "deg", MoreIsBetter: false, OfRegistration: true),
        new("smallerBodyOverlap", 0, 1, false, "Share of the smaller body that the other field of view covers.", OfRegistration: true),
        new("mirrorRatio", 0, 10, false, "How well the mirrored moving series fits, against the true one.", MoreIsBetter: false, OfRegistration: true),
        new("turnedRatio", 0, 10, false, "How well the moving series fits turned by a half or a quarter, against the true one.", MoreIsBetter: false, OfRegistration: true),
    ];

    /// <summary>The figure of that name; null where there is none.</summary>
    public static GateFigure? Find(string name) => All.FirstOrDefault(f => f.Name == name);
}
