using PacsFusion.Dicom;

namespace PacsFusion.Imaging;

/// <summary>The CT of the phantom and its localizer.</summary>
internal sealed class PhantomCt(PhantomOptions options, PhantomHeader header)
{
    private const double FieldOfView = 500;
    private const double Step = 4;
    private const short Intercept = -1024;
    private const short PaddingValue = -2000;

    private static readonly byte[] s_padding = [unchecked((byte)PaddingValue), unchecked((byte)(PaddingValue >> 8))];

    /// <summary>Axial, head first supine.</summary>
    public VolumeGrid Grid
    {
        get
        {
            var spacing = FieldOfView / options.CtMatrix;
            var origin = new Vector3d(-FieldOfView / 2 + spacing / 2, -FieldOfView / 2 + spacing / 2, -Step * (options.CtSlices - 1) / 2);
            return new VolumeGrid(options.CtMatrix, options.CtMatrix, options.CtSlices,
                Affine.FromPlane(new(1, 0, 0), new(0, 1, 0), spacing, spacing, new(0, 0, Step), origin), null);
        }
    }

    public IEnumerable<DicomDataset> Slices(CancellationToken cancellationToken)
    {
        var grid = Grid;
        var values = PhantomPainter.Paint(grid, tissue => tissue.Hu, Vector3d.Zero, samples: 1, cancellationToken);
        var noise = new PhantomNoise(options.Seed, (int)PhantomContents.Ct);
        var pixels = new short[grid.SliceLength];
        for (var slice = 0; slice < grid.Slices; slice++)
        {
            for (var i = 0; i < pixels.Length; i++)
            {
                var at = (long)slice * pixels.Length + i;
                var hu = values[at] + options.Noise * noise.Normal(at);
                pixels[i] = IsOutside(grid, i) ? PaddingValue : (short)(Math.Clamp(Math.Round(hu), -1024, 3071) - Intercept);
            }
            var dataset = header.Create(PhantomContents.Ct, DicomUid.CTImageStorage, "CT", 2, "CT trunk 4.0", slice + 1, minutes: 1);
            AddCtImage(dataset, "AXIAL");
            PhantomHeader.AddPlane(dataset, grid, slice, pixels, isSigned: true);
            // Signed pixels take the padding as SS; the dictionary alone would say US.
            if (options.PadOutsideFieldOfView) dataset.SetBytes(DicomTag.PixelPaddingValue, DicomVR.SS, s_padding);
            yield return dataset;
        }
    }

    /// <summary>A coronal projection: it shares modality and frame of reference with the CT, and is no part of its volume.</summary>
    public DicomDataset Localizer(CancellationToken cancellationToken)
    {
        const int size = 128;
        var grid = new VolumeGrid(size, size, 1, Affine.FromPlane(new(1, 0, 0), new(0, 0, -1), 4, 4, new(0, 1, 0), new(-254, 0, 254)), null);
        var pixels = new short[grid.SliceLength];
        for (var j = 0; j < size; j++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            for (var i = 0; i < size; i++)
            {
                var sum = 0.0;
                for (var y = -140; y <= 140; y += 20) sum += PhantomAnatomy.At(grid.ToPatient(i, j, 0) with { Y = y }).Hu + 1000;
                pixels[j * size + i] = (short)(sum / 15 - 1000 - Intercept);
            }
        }
        var dataset = header.Create(PhantomContents.Localizer, DicomUid.CTImageStorage, "CT", 1, "Localizer", 1, minutes: 0);
        AddCtImage(dataset, "LOCALIZER");
        PhantomHeader.AddPlane(dataset, grid, 0, pixels, isSigned: true);
        return dataset;
    }

    private static void AddCtImage(DicomDataset dataset, string kind) => dataset
        .Set(DicomTag.ImageType, "ORIGINAL", "PRIMARY", kind)
        .Set(DicomTag.AcquisitionNumber, "1")
        .Set(DicomTag.KVP, "120")
        .Set(DicomTag.RescaleIntercept, PhantomHeader.Text(Intercept))
        .Set(DicomTag.RescaleSlope, "1")
        .Set(DicomTag.RescaleType, kind == "LOCALIZER" ? "US" : "HU") // a projection is not in Hounsfield units
        .Set(DicomTag.WindowCenter, "40")
        .Set(DicomTag.WindowWidth, "400");

    private bool IsOutside(VolumeGrid grid, int pixel)
    {
        if (!options.PadOutsideFieldOfView) return false;
        var p = grid.ToPatient(pixel % grid.Columns, pixel / grid.Columns, 0);
        return p.X * p.X + p.Y * p.Y > FieldOfView * FieldOfView / 4;
    }
}
