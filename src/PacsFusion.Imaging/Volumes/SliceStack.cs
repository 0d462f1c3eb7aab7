using System.Globalization;

namespace PacsFusion.Imaging;

/// <summary>Planes in order of position along their normal, and the even grid that they lie on.</summary>
internal sealed class SliceStack
{
    // A stack whose slices shift against each other by less than this share of a pixel over its whole length counts as straight.
    private const double ShearNoticed = 0.1;

    // Below this many slices a gap cannot be told from the step.
    private const int FewestAroundGap = 4;

    private SliceStack(IReadOnlyList<ImagePlane> planes, VolumeGrid grid, int? gap)
    {
        Planes = planes;
        Grid = grid;
        Gap = gap;
    }

    public IReadOnlyList<ImagePlane> Planes { get; }

    public VolumeGrid Grid { get; }

    /// <summary>Index of the one slice that no plane stands for; null where there is none.</summary>
    public int? Gap { get; }

    /// <summary>Names of the volumes that the series holds, in ascending order; empty where it is one.</summary>
    public IReadOnlyList<string> Moments { get; private init; } = [];

    /// <summary>Which of <see cref="Moments"/> this is, from 1.</summary>
    public int? Moment { get; private init; }

    /// <summary>Slice of the volume that a plane is.</summary>
    public int SliceOf(int plane) => Gap is { } gap && plane >= gap ? plane + 1 : plane;

    /// <summary>Sorts and checks; throws the refusal where the planes are no even stack.</summary>
    public static SliceStack Build(List<ImagePlane> planes, SeriesReaderOptions options, List<ImagingWarning> warnings)
    {
        var frame = planes[0].FrameOfReferenceUid;
        if (planes.Exists(plane => !string.Equals(plane.FrameOfReferenceUid, frame, StringComparison.Ordinal)))
            throw new SeriesRefusedException(ImagingReasons.MixedFrame, "The slices name more than one Frame of Reference UID.");
        var (row, column) = Directions(planes, options);
        var normal = Vector3d.Cross(row, column);
        // Stable, so that equal positions keep the order given.
        var sorted = planes.OrderBy(plane => Vector3d.Dot(plane.Position, normal)).ToList();
        DropCopies(sorted, options, warnings);
        var moments = MomentChoice.Take(ref sorted, Places(sorted, normal, options), options, warnings);
        // One slice has no step: its map could not be inverted.
        var needed = Math.Max(2, options.MinimumSlices);
        if (sorted.Count < needed) throw new SeriesRefusedException(ImagingReasons.TooFewSlices, $"{sorted.Count} slices; {needed} are needed.");
        var gap = CheckEven(sorted, normal, options, warnings);
        var slices = sorted.Count + (gap is null ? 0 : 1);
        // The line through the outer slices: both ends stay exactly where their headers put them.
        var step = (sorted[^1].Position - sorted[0].Position) / (slices - 1);
        NoteShear(sorted, row, column, step, warnings);
        var first = sorted[0];
        var map = Affine.FromPlane(row, column, first.RowSpacing, first.ColumnSpacing, step, first.Position);
        var grid = new VolumeGrid(first.Columns, first.Rows, slices, map, string.IsNullOrWhiteSpace(frame) ? null : frame);
        if (grid.VoxelCount > Math.Min(options.MaximumVoxels, Array.MaxLength))
            throw new SeriesRefusedException(ImagingReasons.TooLarge, $"{grid.VoxelCount} voxels; {options.MaximumVoxels} are allowed.");
        return new SliceStack(sorted, grid, gap) { Moments = moments.Names, Moment = moments.Taken };
    }

    private static (Vector3d Row, Vector3d Column) Directions(List<ImagePlane> planes, SeriesReaderOptions options)
    {
        Vector3d row = Vector3d.Zero, column = Vector3d.Zero;
        foreach (var plane in planes)
        {
            Vector3d r = plane.RowDirection, c = plane.ColumnDirection;
            if (!(Math.Abs(r.Length - 1) <= options.OrientationTolerance && Math.Abs(c.Length - 1) <= options.OrientationTolerance
                && Math.Abs(Vector3d.Dot(r, c)) <= options.OrientationTolerance))
                throw PlaneReader.Refused(plane.Instance, ImagingReasons.BadOrientation, string.Create(CultureInfo.InvariantCulture,
                    $"direction lengths {r.Length:0.####} and {c.Length:0.####}, cosine between them {Vector3d.Dot(r, c):0.####}"));
            row += r;
            column += c;
        }
        row = row.Normalized();
        return (row, (column - row * Vector3d.Dot(row, column)).Normalized());
    }

    // A copy under another UID: the same place, moment and pixels. Anything else at one place is a volume of its own.
    private static void DropCopies(List<ImagePlane> sorted, SeriesReaderOptions options, List<ImagingWarning> warnings)
    {
        var copies = 0;
        for (var i = sorted.Count - 1; i > 0; i--)
        {
            var b = sorted[i];
            if (b.IsFrame || FindCopied(sorted, i, options) is not { } a) continue;
            if (a.Slope != b.Slope || a.Intercept != b.Intercept || !a.Instance.HasSamePixelsAs(b.Instance)) continue;
            sorted.RemoveAt(i);
            copies++;
        }
        if (copies > 0) warnings.Add(new ImagingWarning(ImagingReasons.CopiesLeftOut, $"{copies} slices with equal position and pixels were left out."));
    }

    // The nearest earlier image of the same place and moment.
    private static ImagePlane? FindCopied(List<ImagePlane> sorted, int index, SeriesReaderOptions options)
    {
        var plane = sorted[index];
        for (var i = index - 1; i >= 0; i--)
        {
            var distance = (plane.Position - sorted[i].Position).Length;
            if (distance > options.SamePositionDistance) return null;
            if (sorted[i].Moment.SameAs(plane.Moment)) return sorted[i];
        }
        return null;
    }

    private static List<(ImagePlane Plane, int Place)> Places(List<ImagePlane> sorted, Vector3d normal, SeriesReaderOptions options)
    {
        var places = new List<(ImagePlane, int)>(sorted.Count);
        var place = 0;
        for (var i = 0; i < sorted.Count; i++)
        {
            if (i > 0 && Vector3d.Dot(sorted[i].Position - sorted[i - 1].Position, normal) > options.SamePositionDistance) place++;
            places.Add((sorted[i], place));
        }
        return places;
    }

    // Index of a slice that is missing and may be filled in; null where every slice is there.
    private static int? CheckEven(List<ImagePlane> sorted, Vector3d normal, SeriesReaderOptions options, List<ImagingWarning> warnings)
    {
        var gaps = new double[sorted.Count - 1];
        for (var i = 0; i < gaps.Length; i++) gaps[i] = Vector3d.Dot(sorted[i + 1].Position - sorted[i].Position, normal);
        var ordered = gaps.Order().ToArray();
        var median = ordered[ordered.Length / 2];
        var worst = Worst(sorted, null);
        if (worst <= options.PositionTolerance * median) return null;
        var wide = Array.FindIndex(gaps, gap => gap > 1.5 * median);
        var onlyHoles = gaps.All(gap => Math.Abs(gap - Math.Round(gap / median) * median) <= options.PositionTolerance * median);
        if (wide < 0 || !onlyHoles)
            throw new SeriesRefusedException(ImagingReasons.UnevenSlices, string.Create(CultureInfo.InvariantCulture,
                $"Gaps from {ordered[0]:0.###} to {ordered[^1]:0.###} mm; a slice lies {worst:0.###} mm off the even line, {options.PositionTolerance * median:0.###} are allowed."));
        var text = string.Create(CultureInfo.InvariantCulture, $"Between slices {wide + 1} and {wide + 2} the gap is {gaps[wide]:0.###} mm in a stack of {median:0.###} mm");
        var missing = gaps.Sum(gap => Math.Round(gap / median) - 1);
        if (!options.InterpolateMissingSlice || missing != 1 || sorted.Count < FewestAroundGap || Worst(sorted, wide + 1) > options.PositionTolerance * median)
            throw new SeriesRefusedException(ImagingReasons.MissingSlice, $"{text}.");
        warnings.Add(new ImagingWarning(ImagingReasons.SliceInterpolated, $"{text}; the slice between was interpolated."));
        return wide + 1;
    }

    // Largest distance from the line through the outer slices, mm.
    private static double Worst(List<ImagePlane> sorted, int? gap)
    {
        var origin = sorted[0].Position;
        var step = (sorted[^1].Position - origin) / (sorted.Count - (gap is null ? 1 : 0));
        var worst = 0.0;
        for (var i = 0; i < sorted.Count; i++) worst = Math.Max(worst, (sorted[i].Position - origin - step * (gap is { } at && i >= at ? i + 1 : i)).Length);
        return worst;
    }

    private static void NoteShear(List<ImagePlane> sorted, Vector3d row, Vector3d column, Vector3d step, List<ImagingWarning> warnings)
    {
        double x = Vector3d.Dot(step, row), y = Vector3d.Dot(step, column);
        var shift = Math.Max(Math.Abs(x) / sorted[0].ColumnSpacing, Math.Abs(y) / sorted[0].RowSpacing) * (sorted.Count - 1);
        if (shift <= ShearNoticed) return;
        var angle = Math.Atan2(Math.Sqrt(x * x + y * y), Vector3d.Dot(step, Vector3d.Cross(row, column))) * 180 / Math.PI;
        warnings.Add(new ImagingWarning(ImagingReasons.Sheared, string.Create(CultureInfo.InvariantCulture,
            $"The slice step leans {angle:0.##} degrees from the normal; the shear is kept in the map.")));
    }
}
