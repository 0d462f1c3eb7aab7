using System.Globalization;
using PacsFusion.Dicom;

namespace PacsFusion.Imaging;

/// <summary>
/// A made-up patient as DICOM objects: an asymmetric trunk in CT, PET and MR contrast, each on a grid of its own, with hot spheres of known
/// centre, diameter and SUV. For demonstrations and tests; equal options give equal bytes on every machine.
/// </summary>
public static class PetCtPhantom
{
    private static readonly (PhantomContents Contents, string Modality, string Folder)[] s_series =
    [
        (PhantomContents.Localizer, "CT", "LOCALIZER"),
        (PhantomContents.Ct, "CT", "CT"),
        (PhantomContents.Pet, "PT", "PET_AC"),
        (PhantomContents.UncorrectedPet, "PT", "PET_NAC"),
        (PhantomContents.MrT1, "MR", "MR_T1"),
        (PhantomContents.MrT2, "MR", "MR_T2"),
    ];

    /// <summary>What the options lead to, without painting anything.</summary>
    /// <param name="options">Null takes the defaults.</param>
    public static PhantomTruth Describe(PhantomOptions? options = null)
    {
        options ??= new PhantomOptions();
        var identity = new PhantomIdentity(options);
        // A short phantom does not reach every lesion; only whole ones are promised.
        var halfHeight = 4.0 * (options.CtSlices - 1) / 2;
        var lesions = PhantomAnatomy.Lesions.Where(lesion => Math.Abs(lesion.Centre.Z) + lesion.DiameterMm / 2 <= halfHeight).ToList();
        return new PhantomTruth(identity.Study, identity.FrameOfReference, lesions, PhantomPet.SuvFactor,
            [.. Chosen(options).Select(series => new PhantomSeries(series.Contents, series.Modality, identity.Series(series.Contents), series.Folder, Count(options, series.Contents)))]);
    }

    /// <summary>Makes the objects one after the other; nothing is kept.</summary>
    /// <param name="options">Null takes the defaults.</param>
    /// <param name="cancellationToken">Stops between slices.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is out of range: matrices 16 to 1024, slices 3 to 1024.</exception>
    public static IEnumerable<PhantomInstance> Build(PhantomOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new PhantomOptions();
        foreach (var matrix in (int[])[options.CtMatrix, options.PetMatrix, options.MrMatrix])
            if (matrix is < 16 or > 1024) throw new ArgumentOutOfRangeException(nameof(options), matrix, "A phantom matrix has 16 to 1024 voxels a side.");
        if (options.CtSlices is < 3 or > 1024) throw new ArgumentOutOfRangeException(nameof(options), options.CtSlices, "A phantom has 3 to 1024 slices.");
        return Make(options, cancellationToken);
    }

    /// <summary>Writes the objects as explicit little endian Part 10 files, one folder for each series. Existing files are replaced.</summary>
    /// <param name="folder">Where to; made where it does not exist.</param>
    /// <param name="options">Null takes the defaults.</param>
    /// <param name="cancellationToken">Stops between slices; files written by then stay.</param>
    /// <returns>What is known about the phantom.</returns>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public static PhantomTruth Write(string folder, PhantomOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        foreach (var instance in Build(options, cancellationToken))
        {
            var path = Path.Combine([folder, .. instance.RelativePath.Split('/')]);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            instance.File.Write(path);
        }
        return Describe(options);
    }

    private static IEnumerable<PhantomInstance> Make(PhantomOptions options, CancellationToken cancellationToken)
    {
        var header = new PhantomHeader(options, new PhantomIdentity(options));
        foreach (var (contents, _, folder) in Chosen(options))
        {
            var number = 0;
            foreach (var dataset in Datasets(options, header, contents, cancellationToken))
            {
                cancellationToken.ThrowIfCancellationRequested();
                var path = string.Create(CultureInfo.InvariantCulture, $"{folder}/{++number:0000}.dcm");
                yield return new PhantomInstance(contents, path, new DicomFile(dataset, DicomTransferSyntax.ExplicitVRLittleEndian));
            }
        }
    }

    private static IEnumerable<DicomDataset> Datasets(PhantomOptions options, PhantomHeader header, PhantomContents contents, CancellationToken cancellationToken) => contents switch
    {
        PhantomContents.Localizer => [new PhantomCt(options, header).Localizer(cancellationToken)],
        PhantomContents.Ct => new PhantomCt(options, header).Slices(cancellationToken),
        PhantomContents.Pet or PhantomContents.UncorrectedPet => new PhantomPet(options, header).Slices(contents, cancellationToken),
        _ => new PhantomMr(options, header).Slices(contents, cancellationToken),
    };

    private static int Count(PhantomOptions options, PhantomContents contents)
    {
        var header = new PhantomHeader(options, new PhantomIdentity(options));
        return contents switch
        {
            PhantomContents.Localizer => 1,
            PhantomContents.Ct => new PhantomCt(options, header).Grid.Slices,
            PhantomContents.Pet or PhantomContents.UncorrectedPet => new PhantomPet(options, header).Grid.Slices,
            _ => new PhantomMr(options, header).Grid(contents).Slices,
        };
    }

    private static IEnumerable<(PhantomContents Contents, string Modality, string Folder)> Chosen(PhantomOptions options) =>
        s_series.Where(series => options.Contents.HasFlag(series.Contents));
}
