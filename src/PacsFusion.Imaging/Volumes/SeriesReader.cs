using PacsFusion.Dicom;

namespace PacsFusion.Imaging;

/// <summary>
/// Reads the objects of one series into a volume in patient space, in the unit of the modality, or says why not. Nothing is guessed: slices
/// are placed by Image Position and Orientation alone, each with its own rescale; padding becomes missing coverage.
/// Safe for use from several threads.
/// </summary>
/// <param name="options">Null takes the defaults.</param>
/// <param name="pool">Where the volume's buffers come from and, when it is disposed, go back to; null allocates.</param>
public sealed class SeriesReader(SeriesReaderOptions? options = null, VolumePool? pool = null)
{
    // What headers may claim; a volume of a tenth of it is rare.
    private const int MaximumPlanes = 100_000;

    private readonly SeriesReaderOptions _options = options ?? new SeriesReaderOptions();

    /// <summary>
    /// Reads a series from Part 10 files. Headers are read first and pixel data only of what makes the volume, so that a file's bytes are
    /// held no longer than its slice needs them. Blocks while it reads.
    /// </summary>
    /// <param name="paths">The files of one series, in any order. The first of two instances with one UID is kept.</param>
    /// <param name="cancellationToken">Stops between files.</param>
    /// <returns>The volume, which the caller owns and disposes, or a refusal with a code of <see cref="ImagingReasons"/>.</returns>
    /// <exception cref="IOException">A file cannot be read from disk.</exception>
    /// <exception cref="UnauthorizedAccessException">A file may not be read.</exception>
    public Outcome<SeriesVolume> Read(IReadOnlyList<string> paths, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(paths);
        var instances = new SeriesInstance?[paths.Count];
        var failures = new Refusal?[paths.Count];
        try
        {
            Parallel.For(0, paths.Count, Parallelism(cancellationToken), i =>
            {
                try
                {
                    var file = DicomFile.Read(paths[i], DicomReadOptions.Header);
                    instances[i] = new SeriesInstance(file.Dataset, file.TransferSyntax, i + 1, () => OpenedObject.Read(paths[i]));
                }
                catch (DicomException exception)
                {
                    failures[i] = new Refusal(ImagingReasons.UnreadableFile, $"File {i + 1} of {paths.Count}: {exception.Code}.");
                }
            });
        }
        catch (AggregateException exception) when (exception.InnerExceptions.All(inner => inner is IOException or UnauthorizedAccessException))
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(exception.InnerExceptions[0]);
        }
        if (Array.Find(failures, failure => failure is not null) is { } refused) return refused;
        return Read([.. instances.Select(instance => instance!)], cancellationToken);
    }

    /// <summary>Reads a series from objects in memory, pixel data included.</summary>
    /// <param name="files">The objects of one series, in any order; not changed. The first of two instances with one UID is kept.</param>
    /// <param name="cancellationToken">Stops between objects.</param>
    /// <returns>The volume, which the caller owns and disposes, or a refusal with a code of <see cref="ImagingReasons"/>.</returns>
    public Outcome<SeriesVolume> Read(IReadOnlyList<DicomFile> files, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(files);
        return Read([.. files.Select((file, i) => new SeriesInstance(WithoutPixels(file.Dataset), file.TransferSyntax, i + 1, () => OpenedObject.Of(file)))], cancellationToken);
    }

    private Outcome<SeriesVolume> Read(IReadOnlyList<SeriesInstance> instances, CancellationToken cancellationToken)
    {
        try
        {
            var warnings = new List<ImagingWarning>();
            var usable = Images(instances, warnings);
            var planes = Planes(usable, warnings);
            cancellationToken.ThrowIfCancellationRequested();
            var stack = SliceStack.Build(StackParts.Largest(planes, _options, warnings), _options, warnings);
            using var filler = new VolumeFiller(stack, _options, pool, warnings);
            return filler.Fill(cancellationToken);
        }
        catch (SeriesRefusedException refused)
        {
            return refused.Refusal;
        }
        catch (DicomException exception)
        {
            return new Refusal(ImagingReasons.UnreadableFile, $"An object of the series changed or cannot be read again: {exception.Code}.");
        }
    }

    private static List<ImagePlane> Planes(List<SeriesInstance> usable, List<ImagingWarning> warnings)
    {
        var planes = new List<ImagePlane>(usable.Count);
        foreach (var instance in usable)
        {
            planes.AddRange(PlaneReader.Planes(instance));
            if (planes.Count > MaximumPlanes) throw new SeriesRefusedException(ImagingReasons.TooLarge, $"More than {MaximumPlanes} slices or frames.");
        }
        // An object may hold localizers among its frames.
        if (planes.RemoveAll(plane => ImageClasses.IsLocalizer(plane.ImageType)) is > 0 and var localizers)
        {
            if (planes.Count == 0) throw new SeriesRefusedException(ImagingReasons.LocalizerOnly, $"{localizers} localizer frames.");
            warnings.Add(new ImagingWarning(ImagingReasons.PartsLeftOut, $"{localizers} localizer frames were left out."));
        }
        return planes;
    }

    // One series, each instance once, images of a supported class, no localizers.
    private static List<SeriesInstance> Images(IReadOnlyList<SeriesInstance> instances, List<ImagingWarning> warnings)
    {
        if (instances.Count == 0) throw new SeriesRefusedException(ImagingReasons.NoInstances, "No object was given.");
        if (instances.Select(instance => instance.Header.GetString(DicomTag.SeriesInstanceUID)).Distinct().Count() > 1)
            throw new SeriesRefusedException(ImagingReasons.SeveralSeries, "The objects name more than one Series Instance UID.");
        var unique = Unique(instances, warnings);
        var images = unique.Where(ImageClasses.IsImage).ToList();
        if (images.Count == 0)
            throw new SeriesRefusedException(ImagingReasons.NotAnImage, $"{unique.Count} objects of SOP class {ClassName(unique[0])}.");
        var supported = images.Where(ImageClasses.IsSupported).ToList();
        if (supported.Count == 0 && images.TrueForAll(ImageClasses.IsFlatUltrasound))
            throw new SeriesRefusedException(ImagingReasons.NoGeometry, $"{images.Count} ultrasound pictures or loops: the place of the probe is not in them.");
        if (supported.Count == 0)
            throw new SeriesRefusedException(ImagingReasons.SopClassUnsupported, $"{images.Count} objects of SOP class {ClassName(images[0])}.");
        var usable = supported.Where(instance => !ImageClasses.IsLocalizer(instance.Header.GetStrings(DicomTag.ImageType))).ToList();
        if (usable.Count == 0) throw new SeriesRefusedException(ImagingReasons.LocalizerOnly, $"{supported.Count} localizer images.");
        ImageClasses.CheckModality(usable);
        if (usable.Count < unique.Count)
            warnings.Add(new ImagingWarning(ImagingReasons.PartsLeftOut,
                $"{unique.Count - usable.Count} of {unique.Count} objects are localizers or no images of a supported kind and were left out."));
        return usable;
    }

    private static List<SeriesInstance> Unique(IReadOnlyList<SeriesInstance> instances, List<ImagingWarning> warnings)
    {
        var unique = new List<SeriesInstance>(instances.Count);
        var byUid = new Dictionary<string, SeriesInstance>(instances.Count, StringComparer.Ordinal);
        int copies = 0, conflicts = 0;
        foreach (var instance in instances)
        {
            if (instance.SopInstanceUid.Length == 0 || byUid.TryAdd(instance.SopInstanceUid, instance)) unique.Add(instance);
            else if (byUid[instance.SopInstanceUid].HasSamePixelsAs(instance)) copies++;
            else conflicts++;
        }
        if (copies > 0) warnings.Add(new ImagingWarning(ImagingReasons.CopiesLeftOut, $"{copies} objects came twice and were left out."));
        if (conflicts > 0)
            warnings.Add(new ImagingWarning(ImagingReasons.ConflictingInstances,
                $"{conflicts} objects carry the SOP Instance UID of another one and other pixels; the first was kept."));
        return unique;
    }

    private static string ClassName(SeriesInstance instance) =>
        DicomUid.NameOf(instance.SopClassUid) ?? (instance.SopClassUid.Length == 0 ? "(missing)" : instance.SopClassUid);

    // Slices keep their header for as long as the volume lives; pixel data must not be kept with it.
    private static DicomDataset WithoutPixels(DicomDataset dataset)
    {
        if (!dataset.Contains(DicomTag.PixelData)) return dataset;
        var header = dataset.Clone();
        header.Remove(DicomTag.PixelData);
        return header;
    }

    private ParallelOptions Parallelism(CancellationToken cancellationToken) =>
        new() { MaxDegreeOfParallelism = Math.Max(1, _options.Threads), CancellationToken = cancellationToken };
}
