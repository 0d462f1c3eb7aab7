using System.Globalization;

namespace PacsFusion.Imaging;

/// <summary>Parts a series into planes that could form one stack, and picks the stack that makes the volume.</summary>
internal static class StackParts
{
    // Pixel spacing is text of limited digits; beyond this it is another grid.
    private const double SpacingTolerance = 1e-4;

    // Fewer parallel slices of another size are no stack that was put into the series but damage to this one.
    private const int OwnStack = 3;

    /// <summary>The planes of the largest part; the rest goes into the warnings.</summary>
    public static List<ImagePlane> Largest(IReadOnlyList<ImagePlane> planes, SeriesReaderOptions options, List<ImagingWarning> warnings)
    {
        var parts = new List<List<ImagePlane>>();
        foreach (var plane in planes)
        {
            var part = parts.Find(candidate => Fits(candidate[0], plane, options));
            if (part is null) parts.Add([plane]);
            else part.Add(plane);
        }
        if (parts.Count == 1) return parts[0];
        var largest = parts.MaxBy(part => part.Count)!;
        if (parts.Count(part => part.Count == largest.Count) > 1)
            throw new SeriesRefusedException(ImagingReasons.AmbiguousParts,
                $"{parts.Count} parts of {string.Join(", ", parts.Select(part => part.Count.ToString(CultureInfo.InvariantCulture)))} slices.");
        foreach (var part in parts)
            if (part != largest && part[0].Kind == largest[0].Kind && Parallel(part[0], largest[0], options)
                && (part.Count < OwnStack || !LiesWithin(part, largest)))
                throw new SeriesRefusedException(SameSize(part[0], largest[0]) ? ImagingReasons.MixedSpacing : ImagingReasons.MixedMatrix,
                    $"{part.Count} of {planes.Count} parallel slices differ in size or pixel spacing from the rest.");
        warnings.Add(new ImagingWarning(ImagingReasons.PartsLeftOut,
            $"{planes.Count - largest.Count} of {planes.Count} slices of another orientation, size or kind were left out."));
        return largest;
    }

    // A second stack over the same stretch may be left out; one that goes on where the first ends is the rest of the patient.
    private static bool LiesWithin(List<ImagePlane> part, List<ImagePlane> largest)
    {
        var normal = Vector3d.Cross(largest[0].RowDirection, largest[0].ColumnDirection);
        double low = largest.Min(Along), high = largest.Max(Along), slack = (high - low) / Math.Max(1, largest.Count - 1);
        return part.Min(Along) >= low - slack && part.Max(Along) <= high + slack;

        double Along(ImagePlane plane) => Vector3d.Dot(plane.Position, normal);
    }

    private static bool Fits(ImagePlane a, ImagePlane b, SeriesReaderOptions options) =>
        a.Kind == b.Kind && SameSize(a, b) && SameSpacing(a, b) && Parallel(a, b, options);

    private static bool SameSize(ImagePlane a, ImagePlane b) => a.Columns == b.Columns && a.Rows == b.Rows;

    private static bool SameSpacing(ImagePlane a, ImagePlane b) =>
        Math.Abs(a.RowSpacing - b.RowSpacing) <= SpacingTolerance * a.RowSpacing && Math.Abs(a.ColumnSpacing - b.ColumnSpacing) <= SpacingTolerance * a.ColumnSpacing;

    private static bool Parallel(ImagePlane a, ImagePlane b, SeriesReaderOptions options) =>
        Near(a.RowDirection, b.RowDirection, options.OrientationTolerance) && Near(a.ColumnDirection, b.ColumnDirection, options.OrientationTolerance);

    private static bool Near(Vector3d a, Vector3d b, double tolerance) =>
        Math.Abs(a.X - b.X) <= tolerance && Math.Abs(a.Y - b.Y) <= tolerance && Math.Abs(a.Z - b.Z) <= tolerance;
}
