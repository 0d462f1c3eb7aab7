using System.Globalization;
using PacsFusion.Dicom;

namespace PacsFusion.Imaging;

/// <summary>Planes in order of position along their normal, and the even grid that they lie on.</summary>
internal sealed class SliceStack
{
    // A stack whose slices shift against each other by less than this share of a pixel over its whole length counts as straight.
    private const double ShearNoticed = 0.1;

    private SliceStack(IReadOnlyList<ImagePlane> planes, VolumeGrid grid)
    {
        Planes = planes;
        Grid = grid;
    }

    public IReadOnlyList<ImagePlane> Planes { get; }

    public VolumeGrid Grid { get; }

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
        DropCopies(sorted, normal, options, warnings);
        // One slice has no step: its map could not be inverted.
        var needed = Math.Max(2, options.MinimumSlices);
        if (sorted.Count < needed) throw new SeriesRefusedException(ImagingReasons.TooFewSlices, $"{sorted.Count} slices; {needed} are needed.");
        var (origin, step) = Fit(sorted);
        CheckEven(sorted, normal, origin, step, options);
        NoteShear(sorted, row, column, step, warnings);
        var first = sorted[0];
        var map = Affine.FromPlane(row, column, first.RowSpacing, first.ColumnSpacing, step, origin);
        var grid = new VolumeGrid(first.Columns, first.Rows, sorted.Count, map, string.IsNullOrWhiteSpace(frame) ? null : frame);
        if (grid.VoxelCount > options.MaximumVoxels)
            throw new SeriesRefusedException(ImagingReasons.TooLarge, $"{grid.VoxelCount} voxels; {options.MaximumVoxels} are allowed.");
        return new SliceStack(sorted, grid);
    }

    private static (Vector3d Row, Vector3d Column) Directions(List<ImagePlane> planes, SeriesReaderOptions options)
    {
        Vector3d row = Vector3d.Zero, column = Vector3d.Zero;
        foreach (var plane in planes)
        {
            Vector3d r = plane.RowDirection, c = plane.ColumnDirection;
            if (Math.Abs(r.Length - 1) > options.OrientationTolerance || Math.Abs(c.Length - 1) > options.OrientationTolerance
                || Math.Abs(Vector3d.Dot(r, c)) > options.OrientationTolerance)
                throw PlaneReader.Refused(plane.Instance, ImagingReasons.BadOrientation, string.Create(CultureInfo.InvariantCulture,
                    $"direction lengths {r.Length:0.####} and {c.Length:0.####}, cosine between them {Vector3d.Dot(r, c):0.####}"));
            row += r;
            column += c;
        }
        row = row.Normalized();
        return (row, (column - row * Vector3d.Dot(row, column)).Normalized());
    }

    // One position twice: a copy under another UID is dropped, anything else is a time point, gate or echo that we cannot tell apart yet.
    private static void DropCopies(List<ImagePlane> sorted, Vector3d normal, SeriesReaderOptions options, List<ImagingWarning> warnings)
    {
        var copies = 0;
        for (var i = sorted.Count - 1; i > 0; i--)
        {
            ImagePlane a = sorted[i - 1], b = sorted[i];
            if (Math.Abs(Vector3d.Dot(b.Position - a.Position, normal)) > options.SamePositionDistance) continue;
            var same = !a.IsFrame && !b.IsFrame && (b.Position - a.Position).Length <= options.SamePositionDistance
                && a.Slope == b.Slope && a.Intercept == b.Intercept && SameMoment(a, b) && a.Instance.HasSamePixelsAs(b.Instance);
            if (!same)
                throw new SeriesRefusedException(ImagingReasons.DuplicatePositions, $"Several different slices at one position; {sorted.Count} slices in all.");
            sorted.RemoveAt(i);
            copies++;
        }
        if (copies > 0) warnings.Add(new ImagingWarning(ImagingReasons.CopiesLeftOut, $"{copies} slices with equal position and pixels were left out."));
    }

    // What tells time points, gates, echoes and diffusion weights apart, even where their pixels happen to be equal.
    private static bool SameMoment(ImagePlane a, ImagePlane b)
    {
        foreach (var tag in (DicomTag[])[DicomTag.TemporalPositionIdentifier, DicomTag.TriggerTime, DicomTag.EchoTime, DicomTag.DiffusionBValue, DicomTag.FrameReferenceTime, DicomTag.AcquisitionNumber])
            if (!string.Equals(a.Instance.Header.GetString(tag), b.Instance.Header.GetString(tag), StringComparison.Ordinal)) return false;
        return true;
    }

    // The line through the outer slices, as other software draws it: both ends stay exactly where their headers put them.
    private static (Vector3d Origin, Vector3d Step) Fit(List<ImagePlane> sorted)
    {
        var first = sorted[0].Position;
        return (first, sorted.Count > 1 ? (sorted[^1].Position - first) / (sorted.Count - 1) : Vector3d.Zero);
    }

    private static void CheckEven(List<ImagePlane> sorted, Vector3d normal, Vector3d origin, Vector3d step, SeriesReaderOptions options)
    {
        var gaps = new double[sorted.Count - 1];
        for (var i = 0; i < gaps.Length; i++) gaps[i] = Vector3d.Dot(sorted[i + 1].Position - sorted[i].Position, normal);
        var ordered = gaps.Order().ToArray();
        if (ordered.Length == 0) return;
        var median = ordered[ordered.Length / 2];
        var worst = 0.0;
        for (var i = 0; i < sorted.Count; i++) worst = Math.Max(worst, (sorted[i].Position - origin - step * i).Length);
        if (worst <= options.PositionTolerance * median) return;
        var wide = Array.FindIndex(gaps, gap => gap > 1.5 * median);
        var onlyHoles = gaps.All(gap => Math.Abs(gap - Math.Round(gap / median) * median) <= options.PositionTolerance * median);
        if (wide >= 0 && onlyHoles)
            throw new SeriesRefusedException(ImagingReasons.MissingSlice, string.Create(CultureInfo.InvariantCulture,
                $"Between slices {wide + 1} and {wide + 2} the gap is {gaps[wide]:0.###} mm in a stack of {median:0.###} mm."));
        throw new SeriesRefusedException(ImagingReasons.UnevenSlices, string.Create(CultureInfo.InvariantCulture,
            $"Gaps from {ordered[0]:0.###} to {ordered[^1]:0.###} mm; a slice lies {worst:0.###} mm off the even line, {options.PositionTolerance * median:0.###} are allowed."));
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
