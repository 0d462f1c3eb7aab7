using PacsFusion.Dicom;

namespace PacsFusion.Imaging;

/// <summary>Decodes the planes of a stack into a volume: rescale slice by slice, unit, padding, extremes.</summary>
internal sealed class VolumeFiller(SliceStack stack, SeriesReaderOptions options, VolumePool? pool, List<ImagingWarning> warnings) : IDisposable
{
    // No tissue and no air is below this; scanners fill the corners outside the round field of view with -2000 or -3024 after rescaling.
    private const float CtPaddingLimit = -2000;

    private readonly DicomDataset _header = stack.Planes[0].Instance.Header;
    private readonly Lock _ratioGate = new();
    private readonly Lazy<IFrameCodecSession?> _codecs = new(() => options.Codecs?.OpenSession());
    private double? _measuredRatio;

    /// <summary>Reads the pixels; throws the refusal where they cannot be decoded.</summary>
    public SeriesVolume Fill(CancellationToken cancellationToken)
    {
        // Before a buffer of the whole volume is taken.
        var first = stack.Planes[0].Instance;
        using (var opened = first.Open()) Pixels(first, opened);
        var modality = _header.GetString(DicomTag.Modality) ?? "";
        var suv = modality == "PT" ? SuvConversion.Of([.. stack.Planes.Select(plane => plane.PetHeader)], options.SuvLimits, options.SuvKind) : null;
        if (suv is not null) warnings.AddRange(suv.Warnings);
        var unit = UnitOf(modality, suv);
        var volume = new Volume(stack.Grid, unit, withCoverage: true, pool);
        try
        {
            var slices = new SliceFacts[stack.Grid.Slices];
            ReadAll(volume, suv, slices, cancellationToken);
            if (stack.Gap is { } gap) slices[gap] = MissingSlice.Fill(volume, gap);
            var extremes = Extremes(slices);
            if (unit == VoxelUnit.Arbitrary && modality is "MR" or "US" && SeriesFactsReader.IsShownInverted(_header))
                extremes = TurnOver(volume, extremes);
            if (slices.All(slice => slice.Covered == stack.Grid.SliceLength)) volume.DropCoverage();
            var facts = SeriesFactsReader.Of(stack);
            return new SeriesVolume(volume, Sources(), warnings)
            {
                SeriesInstanceUid = _header.GetString(DicomTag.SeriesInstanceUID) ?? "",
                StudyInstanceUid = _header.GetString(DicomTag.StudyInstanceUID) ?? "",
                Modality = modality,
                Suv = suv,
                Max = extremes.Max,
                MaxAt = At(extremes.MaxIndex),
                PetSlices = suv is null ? [] : PetSlices(),
                SuvLimits = options.SuvLimits,
                SubVolumes = stack.Moments,
                SubVolume = stack.Moment,
                Facts = facts with
                {
                    LossyRatio = facts.IsLossy ? facts.LossyRatio ?? _measuredRatio : null,
                    Min = extremes.Min,
                    Max = extremes.Max,
                    CoveredShare = (double)slices.Sum(slice => (long)slice.Covered) / stack.Grid.VoxelCount,
                },
            };
        }
        catch
        {
            volume.Dispose();
            throw;
        }
    }

    /// <summary>Ends the codecs' work on this series: nothing of it stays for the next.</summary>
    public void Dispose()
    {
        if (_codecs.IsValueCreated) _codecs.Value?.Dispose();
    }

    private readonly record struct Range(double Min, long MinIndex, double Max, long MaxIndex);

    private void ReadAll(Volume volume, SuvResult? suv, SliceFacts[] facts, CancellationToken cancellationToken)
    {
        var byInstance = stack.Planes.Select((plane, index) => (Plane: plane, Index: index)).GroupBy(entry => entry.Plane.Instance).ToList();
        var parallelism = new ParallelOptions { MaxDegreeOfParallelism = Math.Max(1, options.Threads), CancellationToken = cancellationToken };
        try
        {
            Parallel.ForEach(byInstance, parallelism, group =>
            {
                using var opened = group.Key.Open();
                var pixels = Pixels(group.Key, opened);
                var padding = PixelPadding.Of(group.Key.Header, pixels.IsSigned, pixels.BitsAllocated);
                foreach (var (plane, index) in group)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    var slice = stack.SliceOf(index);
                    facts[slice] = ReadSlice(pixels, plane, padding, volume, slice, suv?.SliceFactors?[index] ?? suv?.Factor ?? 1);
                }
            });
        }
        catch (AggregateException exception) when (exception.InnerExceptions.FirstOrDefault(inner => inner is SeriesRefusedException or DicomException or IOException or UnauthorizedAccessException) is { } inner)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(inner);
        }
    }

    private static SliceFacts ReadSlice(DicomPixelData pixels, ImagePlane plane, PixelPadding padding, Volume volume, int slice, double factor)
    {
        Span<float> values = volume.Slice(slice);
        if (plane.Frame >= pixels.NumberOfFrames) throw PlaneReader.Refused(plane.Instance, ImagingReasons.BadPixels, "fewer frames than the header says");
        try
        {
            pixels.ReadStoredValues(plane.Frame, values);
        }
        catch (DicomPixelException exception)
        {
            throw Refused(plane.Instance, exception);
        }
        var floor = volume.Unit == VoxelUnit.HounsfieldUnits ? CtPaddingLimit : float.NegativeInfinity;
        return new SliceRescale((float)(plane.Slope * factor), (float)(plane.Intercept * factor), padding, floor, Resampler.FillOf(volume.Unit))
            .Apply(values, volume.CoverageSlice(slice));
    }

    private DicomPixelData Pixels(SeriesInstance instance, OpenedObject opened)
    {
        try
        {
            var dataset = opened.File.Dataset;
            var pixels = DicomPixelData.Open(dataset, instance.Syntax, options.Codecs?.CanDecode(instance.Syntax) == true ? _codecs.Value : null);
            if (!pixels.CanDecode)
                throw PlaneReader.Refused(instance, ImagingReasons.UndecodableSyntax, $"transfer syntax {instance.Syntax.Name} ({instance.Syntax.Uid})");
            if (pixels.Columns != stack.Grid.Columns || pixels.Rows != stack.Grid.Rows)
                throw PlaneReader.Refused(instance, ImagingReasons.BadPixels, "the pixel data have another size than the header");
            if (instance.Syntax.IsLossy == true && SeriesFactsReader.MeasuredRatio(dataset, pixels) is { } ratio)
                lock (_ratioGate) _measuredRatio = Math.Max(_measuredRatio ?? 0, ratio);
            return pixels;
        }
        catch (DicomPixelException exception)
        {
            throw Refused(instance, exception);
        }
    }

    private static SeriesRefusedException Refused(SeriesInstance instance, DicomPixelException exception) => PlaneReader.Refused(instance,
        exception.Code == "transfer-syntax-not-decodable" ? ImagingReasons.UndecodableSyntax : ImagingReasons.BadPixels,
        $"transfer syntax {instance.Syntax.Name} ({instance.Syntax.Uid}), {exception.Code}");

    private VoxelUnit UnitOf(string modality, SuvResult? suv)
    {
        if (modality == "PT")
            return suv?.Factor is not null ? suv.Kind.Unit()
                : stack.Planes[0].PetHeader.GetString(DicomTag.Units) == "BQML" ? VoxelUnit.BecquerelPerMillilitre
                : VoxelUnit.NotQuantitative;
        if (modality != "CT") return VoxelUnit.Arbitrary;
        if (stack.Planes.All(plane => plane.RescaleType is null or "HU")) return VoxelUnit.HounsfieldUnits;
        warnings.Add(new ImagingWarning(ImagingReasons.NotHounsfield, "Rescale Type is not HU."));
        return VoxelUnit.Arbitrary;
    }

    private Range Extremes(SliceFacts[] slices)
    {
        int highest = -1, lowest = -1;
        for (var slice = 0; slice < slices.Length; slice++)
        {
            if (slices[slice].Covered == 0) continue;
            if (highest < 0 || slices[slice].Max > slices[highest].Max) highest = slice;
            if (lowest < 0 || slices[slice].Min < slices[lowest].Min) lowest = slice;
        }
        if (highest < 0) throw new SeriesRefusedException(ImagingReasons.BadPixels, "Every voxel of the series is padding.");
        long length = stack.Grid.SliceLength;
        return new Range(slices[lowest].Min, lowest * length + slices[lowest].MinIndex, slices[highest].Max, highest * length + slices[highest].MaxIndex);
    }

    // Signal is what is shown bright: where low values are, the scale is turned over within its own range.
    private Range TurnOver(Volume volume, Range range)
    {
        var values = volume.Voxels.Span;
        var coverage = volume.Coverage!.Value.Span;
        var sum = (float)(range.Min + range.Max);
        for (var i = 0; i < values.Length; i++)
            if (coverage[i] != 0) values[i] = sum - values[i];
        warnings.Add(new ImagingWarning(ImagingReasons.InvertedDisplay, "Photometric Interpretation is MONOCHROME1 or Presentation LUT Shape INVERSE."));
        return new Range(values[(int)range.MaxIndex], range.MaxIndex, values[(int)range.MinIndex], range.MinIndex);
    }

    private Vector3d At(long index) =>
        stack.Grid.ToPatient(index % stack.Grid.Columns, index / stack.Grid.Columns % stack.Grid.Rows, (double)(index / stack.Grid.SliceLength));

    // One for each slice of the volume, so that a filled gap keeps the order.
    private List<(DicomDataset, double)> PetSlices()
    {
        var slices = stack.Planes.Select(plane => (plane.PetHeader, plane.Slope)).ToList();
        if (stack.Gap is { } gap) slices.Insert(gap, slices[gap - 1]);
        return slices;
    }

    private List<SourceSlice> Sources()
    {
        var sources = stack.Planes.Select(plane => new SourceSlice(plane.Instance.SopInstanceUid, plane.Instance.SopClassUid,
            plane.IsFrame ? plane.Frame + 1 : null, plane.Instance.Header, plane.Position)).ToList();
        if (stack.Gap is { } gap)
            sources.Insert(gap, sources[gap - 1] with { ImagePositionPatient = stack.Grid.ToPatient(0, 0, gap), IsInterpolated = true });
        return sources;
    }
}
