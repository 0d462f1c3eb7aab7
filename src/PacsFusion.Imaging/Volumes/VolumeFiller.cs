using PacsFusion.Dicom;

namespace PacsFusion.Imaging;

/// <summary>Decodes the planes of a stack into a volume: rescale slice by slice, unit, padding, maximum.</summary>
internal sealed class VolumeFiller(SliceStack stack, SeriesReaderOptions options, VolumePool? pool, List<ImagingWarning> warnings)
{
    // No tissue and no air is below this; scanners fill the corners outside the round field of view with -2000 or -3024 after rescaling.
    private const float CtPaddingLimit = -2000;

    private readonly DicomDataset _header = stack.Planes[0].Instance.Header;

    /// <summary>Reads the pixels; throws the refusal where they cannot be decoded.</summary>
    public SeriesVolume Fill(CancellationToken cancellationToken)
    {
        CheckDecodable(stack.Planes[0].Instance);
        var modality = _header.GetString(DicomTag.Modality) ?? "";
        var suv = modality == "PT" ? SuvConversion.Of([.. stack.Planes.Select(plane => plane.Instance.Header).Distinct()], options.SuvLimits) : null;
        var unit = UnitOf(modality, suv);
        var factor = suv?.Factor ?? 1;
        var volume = new Volume(stack.Grid, unit, withCoverage: true, pool);
        try
        {
            var slices = new SliceFacts[stack.Planes.Count];
            var byInstance = stack.Planes.Select((plane, slice) => (plane, slice)).GroupBy(entry => entry.plane.Instance).ToList();
            ReadAll(byInstance, volume, unit, factor, slices, cancellationToken);
            if (slices.All(slice => slice.Covered == stack.Grid.SliceLength)) volume.DropCoverage();
            var (max, maxAt) = Maximum(slices);
            return new SeriesVolume(volume, [.. stack.Planes.Select(Source)], warnings)
            {
                SeriesInstanceUid = _header.GetString(DicomTag.SeriesInstanceUID) ?? "",
                StudyInstanceUid = _header.GetString(DicomTag.StudyInstanceUID) ?? "",
                Modality = modality,
                Suv = suv,
                Max = max,
                MaxAt = maxAt,
            };
        }
        catch
        {
            volume.Dispose();
            throw;
        }
    }

    private readonly record struct SliceFacts(int Covered, float Max, int MaxIndex);

    private void ReadAll(List<IGrouping<SeriesInstance, (ImagePlane Plane, int Slice)>> byInstance, Volume volume, VoxelUnit unit, double factor,
        SliceFacts[] facts, CancellationToken cancellationToken)
    {
        var parallelism = new ParallelOptions { MaxDegreeOfParallelism = Math.Max(1, options.Threads), CancellationToken = cancellationToken };
        try
        {
            Parallel.ForEach(byInstance, parallelism, group =>
            {
                var pixels = Open(group.Key);
                var padding = PixelPadding.Of(group.Key.Header, pixels.IsSigned, pixels.BitsAllocated);
                foreach (var (plane, slice) in group)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    facts[slice] = ReadSlice(pixels, plane, padding, volume.Slice(slice), volume.CoverageSlice(slice), unit, factor);
                }
            });
        }
        catch (AggregateException exception) when (exception.InnerExceptions.FirstOrDefault(inner => inner is SeriesRefusedException or DicomException or IOException) is { } inner)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(inner);
        }
    }

    private static SliceFacts ReadSlice(DicomPixelData pixels, ImagePlane plane, PixelPadding padding, Span<float> values, Span<byte> coverage, VoxelUnit unit, double factor)
    {
        try
        {
            pixels.ReadStoredValues(plane.Frame, values);
        }
        catch (DicomPixelException exception)
        {
            throw Refused(plane.Instance, exception);
        }
        float slope = (float)(plane.Slope * factor), intercept = (float)(plane.Intercept * factor);
        var floor = unit == VoxelUnit.HounsfieldUnits ? CtPaddingLimit : float.NegativeInfinity;
        var fill = Resampler.FillOf(unit);
        int covered = 0, maxIndex = -1;
        var max = float.NegativeInfinity;
        for (var i = 0; i < values.Length; i++)
        {
            var value = values[i] * slope + intercept;
            if (padding.Contains(values[i]) || value <= floor)
            {
                values[i] = fill;
                coverage[i] = 0;
                continue;
            }
            values[i] = value;
            coverage[i] = 1;
            covered++;
            if (value > max) (max, maxIndex) = (value, i);
        }
        return new SliceFacts(covered, max, maxIndex);
    }

    // Before a buffer of the whole volume is taken.
    private void CheckDecodable(SeriesInstance instance) => Open(instance);

    private DicomPixelData Open(SeriesInstance instance)
    {
        try
        {
            var pixels = DicomPixelData.Open(instance.Open().Dataset, instance.Syntax);
            if (!pixels.CanDecode)
                throw PlaneReader.Refused(instance, ImagingReasons.UndecodableSyntax, $"transfer syntax {instance.Syntax.Name} ({instance.Syntax.Uid})");
            if (pixels.Columns != stack.Grid.Columns || pixels.Rows != stack.Grid.Rows)
                throw PlaneReader.Refused(instance, ImagingReasons.BadPixels, "the pixel data have another size than the header");
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
            return suv?.Factor is not null ? VoxelUnit.SuvBodyWeight
                : _header.GetString(DicomTag.Units) == "BQML" ? VoxelUnit.BecquerelPerMillilitre
                : VoxelUnit.NotQuantitative;
        if (modality != "CT") return VoxelUnit.Arbitrary;
        if (_header.GetString(DicomTag.RescaleType) is null or "HU") return VoxelUnit.HounsfieldUnits;
        warnings.Add(new ImagingWarning(ImagingReasons.NotHounsfield, "Rescale Type is not HU."));
        return VoxelUnit.Arbitrary;
    }

    private (double Max, Vector3d At) Maximum(SliceFacts[] slices)
    {
        var best = -1;
        for (var slice = 0; slice < slices.Length; slice++)
            if (slices[slice].MaxIndex >= 0 && (best < 0 || slices[slice].Max > slices[best].Max)) best = slice;
        if (best < 0) throw new SeriesRefusedException(ImagingReasons.BadPixels, "Every voxel of the series is padding.");
        var at = slices[best].MaxIndex;
        return (slices[best].Max, stack.Grid.ToPatient(at % stack.Grid.Columns, at / stack.Grid.Columns, best));
    }

    private static SourceSlice Source(ImagePlane plane) => new(plane.Instance.SopInstanceUid, plane.Instance.SopClassUid,
        plane.IsFrame ? plane.Frame + 1 : null, plane.Instance.Header, plane.Position);
}
