using PacsFusion.Dicom;

namespace PacsFusion.Imaging;

/// <summary>The MR series of the phantom: slabs tilted about the left-right axis, thick slices, a smooth bias across the field.</summary>
internal sealed class PhantomMr(PhantomOptions options, PhantomHeader header)
{
    private const double FieldOfView = 400;
    private const double Step = 5;
    private const double Tilt = 9 * Math.PI / 180;

    /// <summary>The slab; the T2 has fewer, larger voxels and sits a little lower.</summary>
    public VolumeGrid Grid(PhantomContents contents)
    {
        var isT1 = contents == PhantomContents.MrT1;
        var matrix = isT1 ? options.MrMatrix : options.MrMatrix * 3 / 4;
        var spacing = FieldOfView / matrix;
        var slices = Math.Max(3, (int)(options.CtSlices * 4 * 0.7 / Step));
        var (sin, cos) = Math.SinCos(Tilt);
        Vector3d row = new(1, 0, 0), column = new(0, cos, sin), normal = Vector3d.Cross(row, column);
        var centre = new Vector3d(4, isT1 ? 2 : -3, isT1 ? -6 : -11);
        var origin = centre - row * (spacing * (matrix - 1) / 2) - column * (spacing * (matrix - 1) / 2) - normal * (Step * (slices - 1) / 2);
        return new VolumeGrid(matrix, matrix, slices, Affine.FromPlane(row, column, spacing, spacing, normal * Step, origin), null);
    }

    public IEnumerable<DicomDataset> Slices(PhantomContents contents, CancellationToken cancellationToken)
    {
        var grid = Grid(contents);
        var isT1 = contents == PhantomContents.MrT1;
        var values = PhantomPainter.Paint(grid, isT1 ? tissue => tissue.T1 : tissue => tissue.T2, options.FunctionalShift, samples: 2, cancellationToken);
        var noise = new PhantomNoise(options.Seed, (int)contents);
        var pixels = new short[grid.SliceLength];
        for (var slice = 0; slice < grid.Slices; slice++)
        {
            for (var i = 0; i < pixels.Length; i++)
            {
                var at = (long)slice * pixels.Length + i;
                var p = grid.ToPatient(i % grid.Columns, i / grid.Columns, slice);
                var value = values[at] * (1 + 0.2 * Math.Sin(p.X / 140 + 0.6) + 0.0012 * p.Y) + options.Noise * noise.Normal(at);
                pixels[i] = (short)Math.Clamp(Math.Round(Math.Abs(value)), 0, 4095);
            }
            var dataset = header.Create(contents, DicomUid.MRImageStorage, "MR", isT1 ? 5 : 6, isT1 ? "T1 tra" : "T2 tra", slice + 1, isT1 ? 20 : 25);
            dataset
                .Set(DicomTag.ImageType, "ORIGINAL", "PRIMARY", "M")
                .Set(DicomTag.ScanningSequence, "SE")
                .Set(DicomTag.SequenceVariant, "NONE")
                .SetEmpty(DicomTag.ScanOptions)
                .Set(DicomTag.MRAcquisitionType, "2D")
                .Set(DicomTag.RepetitionTime, isT1 ? "500" : "4000")
                .Set(DicomTag.EchoTime, isT1 ? "12" : "90")
                .Set(DicomTag.EchoTrainLength, "1")
                .Set(DicomTag.MagneticFieldStrength, "1.5");
            PhantomHeader.AddPlane(dataset, grid, slice, pixels, isSigned: false);
            yield return dataset;
        }
    }
}
