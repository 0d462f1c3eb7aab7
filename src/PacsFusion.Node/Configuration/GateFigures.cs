namespace PacsFusion.Node.Configuration;

/// <summary>A figure of the alignment that a rule's gate can name.</summary>
/// <param name="Name">As rules and the JSON of <c>fuse</c> write it.</param>
/// <param name="Low">Lowest value that it can take.</param>
/// <param name="High">Highest value that it can take.</param>
/// <param name="NeedsUptake">Only PT and NM have it.</param>
/// <param name="Meaning">What it says.</param>
internal sealed record GateFigure(string Name, double Low, double High, bool NeedsUptake, string Meaning);

/// <summary>The closed list of gate figures.</summary>
internal static class GateFigures
{
    public static IReadOnlyList<GateFigure> All { get; } =
    [
        new("uptakeInBody", 0, 1, true, "share of the uptake that lies inside the body of the fixed image"),
        new("nmi", 1, 2, false, "normalised mutual information, (H(A)+H(B))/H(A,B)"),
        new("overlap", 0, 1, false, "share of the smaller volume that the other one covers"),
    ];

    /// <summary>The figure of that name; null where there is none.</summary>
    public static GateFigure? Find(string name) => All.FirstOrDefault(f => f.Name == name);
}
