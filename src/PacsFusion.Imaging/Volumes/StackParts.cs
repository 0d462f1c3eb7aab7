using System.Globalization;

namespace PacsFusion.Imaging;

/// <summary>Parts a series into planes that could form one stack, and picks the stack that makes the volume.</summary>
internal static class StackParts
{
    // Pixel spacing is text of limited digits; beyond this it is another grid.
    private const double SpacingTolerance = 1e-4;

    // Fewer parallel slices of another size are no stack that was put into the series but damage to this one.
    private const int OwnStack = 3;

    // An original stack of less than this share of the largest part is an addition to it, not the series.
    private const double OriginalShare = 0.25;

    // Of pictures made from one acquisition, the one that looks like the others: magnitude, in phase, water.
    private static readonly string[] s_preferredKinds = ["M", "IP", "IN_PHASE", "W", "WATER"];

    private static readonly HashSet<string> s_kindsOfOneAcquisition =
    [
        "M", "P", "R", "I", "PHASE MAP", "PHASE", "IP", "IN_PHASE", "OP", "OUT_PHASE", "OPP_PHASE", "W", "WATER", "F", "FAT",
    ];

    /// <summary>The planes of the part that makes the volume; what was left out goes into the warnings.</summary>
    public static List<ImagePlane> Largest(IReadOnlyList<ImagePlane> planes, SeriesReaderOptions options, List<ImagingWarning> warnings)
    {
        var parts = new List<List<ImagePlane>>();
        foreach (var plane in planes)
        {
            var part = parts.Find(candidate => Fits(candidate[0], plane, options));
            if (part is not null) part.Add(plane);
            else if (parts.Count < 1000) parts.Add([plane]);
            else throw new SeriesRefusedException(ImagingReasons.AmbiguousParts, "More than 1000 orientations, sizes or kinds.");
        }
        if (parts.Count == 1) return parts[0];
        var taken = Choose(parts, options);
        foreach (var part in parts)
            if (part != taken) CheckLeftOut(part, taken, planes.Count, options);
        warnings.Add(new ImagingWarning(ImagingReasons.PartsLeftOut,
            $"Taken: {Describe(taken)}. Left out: {string.Join("; ", parts.Where(part => part != taken).Take(8).Select(Describe))}{(parts.Count > 9 ? "; and more" : "")}."));
        return taken;
    }

    private static List<ImagePlane> Choose(List<List<ImagePlane>> parts, SeriesReaderOptions options)
    {
        var most = parts.Max(part => part.Count);
        var originals = parts.FindAll(part => part.Count >= Math.Max(options.MinimumSlices, OriginalShare * most) && 2 * part.Count(plane => plane.IsOriginal) > part.Count);
        var candidates = originals.Count > 0 ? originals : parts;
        var count = candidates.Max(part => part.Count);
        var largest = candidates.FindAll(part => part.Count == count);
        if (largest.Count == 1) return largest[0];
        if (largest.DistinctBy(ImageKind).Count() == largest.Count && largest.TrueForAll(part => s_kindsOfOneAcquisition.Contains(ImageKind(part)) && SameGrid(part[0], largest[0][0], options)))
            foreach (var kind in s_preferredKinds)
                if (largest.Find(part => ImageKind(part) == kind) is { } preferred) return preferred;
        throw new SeriesRefusedException(ImagingReasons.AmbiguousParts, $"{string.Join("; ", parts.Take(8).Select(Describe))}.");
    }

    // A second stack over the same stretch may be left out; one that goes on where the first ends is the rest of the patient, and one that
    // lies between its slices is the other half of the stack.
    private static void CheckLeftOut(List<ImagePlane> part, List<ImagePlane> taken, int planes, SeriesReaderOptions options)
    {
        var normal = Normal(taken[0]);
        // Turned within the plane or seen from behind, it is the same stretch of the patient all the same.
        if (!(Math.Abs(Vector3d.Dot(normal, Normal(part[0]))) >= 1 - options.OrientationTolerance)) return;
        var (within, between) = Lie(part, taken, normal);
        if (Parallel(part[0], taken[0], options) && part[0].Kind == taken[0].Kind && (part.Count < OwnStack || !within))
            throw new SeriesRefusedException(SameSize(part[0], taken[0]) ? ImagingReasons.MixedSpacing : ImagingReasons.MixedMatrix,
                $"{part.Count} of {planes} parallel slices differ in size or pixel spacing from the rest.");
        if (SameSize(part[0], taken[0]) && SameSpacing(part[0], taken[0]) && (!within || between))
            throw new SeriesRefusedException(ImagingReasons.AmbiguousParts,
                $"{Describe(part)} {(within ? "lie between the slices of the stack" : "go on where the stack ends")}: {Describe(taken)}.");
    }

    // Whether a part lies within the stretch of the stack, and whether most of it lies between the stack's slices.
    private static (bool Within, bool Between) Lie(List<ImagePlane> part, List<ImagePlane> taken, Vector3d normal)
    {
        var positions = taken.Select(Along).Order().ToArray();
        double low = positions[0], high = positions[^1], step = (high - low) / Math.Max(1, taken.Count - 1);
        var between = part.Count(plane =>
        {
            var at = Array.BinarySearch(positions, Along(plane));
            if (at < 0) at = ~at;
            var nearest = Math.Min(at < positions.Length ? positions[at] - Along(plane) : double.MaxValue, at > 0 ? Along(plane) - positions[at - 1] : double.MaxValue);
            return nearest > 0.2 * step;
        });
        return (part.Min(Along) >= low - step && part.Max(Along) <= high + step, 2 * between > part.Count);

        double Along(ImagePlane plane) => Vector3d.Dot(plane.Position, normal);
    }

    private static Vector3d Normal(ImagePlane plane) => Vector3d.Cross(plane.RowDirection, plane.ColumnDirection).Normalized();

    private static string Describe(List<ImagePlane> part)
    {
        var plane = part[0];
        var kind = ImageKind(part);
        // Only what is a plain code is repeated.
        var type = kind.Length is > 0 and <= 16 && kind.All(letter => char.IsAsciiLetterUpper(letter) || char.IsAsciiDigit(letter) || letter is ' ' or '_') ? $" {kind}" : "";
        return string.Create(CultureInfo.InvariantCulture,
            $"{part.Count} {Orientation(plane)} {(plane.IsOriginal ? "ORIGINAL" : "DERIVED")}{type} slices of {plane.Columns}x{plane.Rows} at {plane.ColumnSpacing:0.###}x{plane.RowSpacing:0.###} mm");
    }

    private static string Orientation(ImagePlane plane)
    {
        var normal = Normal(plane);
        double x = Math.Abs(normal.X), y = Math.Abs(normal.Y), z = Math.Abs(normal.Z);
        return Math.Max(x, Math.Max(y, z)) < 0.8 ? "oblique" : z >= x && z >= y ? "axial" : y >= x ? "coronal" : "sagittal";
    }

    private static string ImageKind(List<ImagePlane> part) => part[0].Kind.Split('|')[0];

    private static bool Fits(ImagePlane a, ImagePlane b, SeriesReaderOptions options) => a.Kind == b.Kind && SameGrid(a, b, options);

    private static bool SameGrid(ImagePlane a, ImagePlane b, SeriesReaderOptions options) => SameSize(a, b) && SameSpacing(a, b) && Parallel(a, b, options);

    private static bool SameSize(ImagePlane a, ImagePlane b) => a.Columns == b.Columns && a.Rows == b.Rows;

    private static bool SameSpacing(ImagePlane a, ImagePlane b) =>
        Math.Abs(a.RowSpacing - b.RowSpacing) <= SpacingTolerance * a.RowSpacing && Math.Abs(a.ColumnSpacing - b.ColumnSpacing) <= SpacingTolerance * a.ColumnSpacing;

    private static bool Parallel(ImagePlane a, ImagePlane b, SeriesReaderOptions options) =>
        Near(a.RowDirection, b.RowDirection, options.OrientationTolerance) && Near(a.ColumnDirection, b.ColumnDirection, options.OrientationTolerance);

    private static bool Near(Vector3d a, Vector3d b, double tolerance) =>
        Math.Abs(a.X - b.X) <= tolerance && Math.Abs(a.Y - b.Y) <= tolerance && Math.Abs(a.Z - b.Z) <= tolerance;
}
