using System.Buffers.Binary;
using System.Globalization;
using PacsFusion.Dicom;

namespace PacsFusion.Imaging.Tests;

/// <summary>A small axial CT series of a linear field; each test changes what it is about.</summary>
internal static class SeriesBuilder
{
    public const int Columns = 6;
    public const int Rows = 5;

    /// <summary>So many slices, 3 mm apart, Pixel Spacing 2.0\1.5, stored = field + 1024.</summary>
    public static List<DicomDataset> Ct(int slices = 5) => [.. Enumerable.Range(0, slices).Select(Slice)];

    public static DicomDataset Slice(int k)
    {
        var stored = new short[Columns * Rows];
        for (var j = 0; j < Rows; j++)
            for (var i = 0; i < Columns; i++)
                stored[j * Columns + i] = (short)(Volumes.Linear(new(-4 + 1.5 * i, 8 + 2 * j, 10 + 3 * k)) + 1024);
        return new DicomDataset()
            .Set(DicomTag.SOPClassUID, DicomUid.CTImageStorage)
            .Set(DicomTag.SOPInstanceUID, $"1.2.3.{k + 1}")
            .Set(DicomTag.StudyInstanceUID, "1.2")
            .Set(DicomTag.SeriesInstanceUID, "1.2.3")
            .Set(DicomTag.FrameOfReferenceUID, "1.2.4")
            .Set(DicomTag.Modality, "CT")
            .Set(DicomTag.ImageType, "ORIGINAL", "PRIMARY", "AXIAL")
            .Set(DicomTag.ImagePositionPatient, "-4", "8", Text(10 + 3 * k))
            .Set(DicomTag.ImageOrientationPatient, "1", "0", "0", "0", "1", "0")
            .Set(DicomTag.PixelSpacing, "2", "1.5")
            .Set(DicomTag.RescaleSlope, "1")
            .Set(DicomTag.RescaleIntercept, "-1024")
            .Set(DicomTag.SamplesPerPixel, 1)
            .Set(DicomTag.PhotometricInterpretation, "MONOCHROME2")
            .Set(DicomTag.Rows, Rows)
            .Set(DicomTag.Columns, Columns)
            .Set(DicomTag.BitsAllocated, 16)
            .Set(DicomTag.BitsStored, 16)
            .Set(DicomTag.HighBit, 15)
            .Set(DicomTag.PixelRepresentation, 1)
            .SetPixels(stored);
    }

    /// <summary>A reconstructed SPECT of the same field in one NM object.</summary>
    public static DicomDataset Nm(int frames = 5, double step = 3)
    {
        var stored = new short[Columns * Rows * frames];
        for (var k = 0; k < frames; k++)
            for (var j = 0; j < Rows; j++)
                for (var i = 0; i < Columns; i++)
                    stored[(k * Rows + j) * Columns + i] = (short)Volumes.Linear(new(-4 + 1.5 * i, 8 + 2 * j, 10 + step * k));
        var dataset = Slice(0)
            .Set(DicomTag.SOPClassUID, DicomUid.NuclearMedicineImageStorage)
            .Set(DicomTag.Modality, "NM")
            .Set(DicomTag.ImageType, "ORIGINAL", "PRIMARY", "RECON TOMO", "EMISSION")
            .Set(DicomTag.NumberOfFrames, frames.ToString(CultureInfo.InvariantCulture))
            .Set(DicomTag.SpacingBetweenSlices, Text(step))
            .Set(DicomTag.SliceVector, Enumerable.Range(1, frames).ToArray())
            .SetSequence(DicomTag.DetectorInformationSequence, new DicomDataset()
                .Set(DicomTag.ImagePositionPatient, "-4", "8", "10")
                .Set(DicomTag.ImageOrientationPatient, "1", "0", "0", "0", "1", "0"))
            .SetPixels(stored);
        foreach (var tag in (DicomTag[])[DicomTag.ImagePositionPatient, DicomTag.ImageOrientationPatient, DicomTag.RescaleSlope, DicomTag.RescaleIntercept]) dataset.Remove(tag);
        return dataset;
    }

    /// <summary>An enhanced CT of the same field, frames in falling order of position.</summary>
    public static DicomDataset EnhancedCt(int frames = 5)
    {
        var stored = new short[Columns * Rows * frames];
        var groups = new DicomDataset[frames];
        for (var frame = 0; frame < frames; frame++)
        {
            var z = 10 + 3 * (frames - 1 - frame);
            for (var j = 0; j < Rows; j++)
                for (var i = 0; i < Columns; i++)
                    stored[(frame * Rows + j) * Columns + i] = (short)(Volumes.Linear(new(-4 + 1.5 * i, 8 + 2 * j, z)) + 1024);
            groups[frame] = new DicomDataset()
                .SetSequence(DicomTag.PlanePositionSequence, new DicomDataset().Set(DicomTag.ImagePositionPatient, "-4", "8", Text(z)))
                .SetSequence(DicomTag.FrameContentSequence, new DicomDataset().Set(DicomTag.StackID, "1"));
        }
        var dataset = Slice(0)
            .Set(DicomTag.SOPClassUID, DicomUid.EnhancedCTImageStorage)
            .Set(DicomTag.NumberOfFrames, frames.ToString(CultureInfo.InvariantCulture))
            .SetSequence(DicomTag.SharedFunctionalGroupsSequence, new DicomDataset()
                .SetSequence(DicomTag.PlaneOrientationSequence, new DicomDataset().Set(DicomTag.ImageOrientationPatient, "1", "0", "0", "0", "1", "0"))
                .SetSequence(DicomTag.PixelMeasuresSequence, new DicomDataset().Set(DicomTag.PixelSpacing, "2", "1.5"))
                .SetSequence(DicomTag.PixelValueTransformationSequence, new DicomDataset().Set(DicomTag.RescaleSlope, "1").Set(DicomTag.RescaleIntercept, "-1024")))
            .SetSequence(DicomTag.PerFrameFunctionalGroupsSequence, groups)
            .SetPixels(stored);
        foreach (var tag in (DicomTag[])[DicomTag.ImagePositionPatient, DicomTag.ImageOrientationPatient, DicomTag.PixelSpacing, DicomTag.RescaleSlope, DicomTag.RescaleIntercept]) dataset.Remove(tag);
        return dataset;
    }

    public static DicomDataset SetPixels(this DicomDataset dataset, ReadOnlySpan<short> stored)
    {
        var bytes = new byte[stored.Length * 2];
        for (var i = 0; i < stored.Length; i++) BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(2 * i), stored[i]);
        return dataset.SetBytes(DicomTag.PixelData, DicomVR.OW, bytes);
    }

    public static Outcome<SeriesVolume> Read(IEnumerable<DicomDataset> datasets, SeriesReaderOptions? options = null, DicomTransferSyntax? syntax = null) =>
        new SeriesReader(options).Read([.. datasets.Select(dataset => new DicomFile(dataset, syntax ?? DicomTransferSyntax.ExplicitVRLittleEndian))]);

    /// <summary>Largest difference between the volume and the field.</summary>
    public static double Error(SeriesVolume series)
    {
        var worst = 0.0;
        var volume = series.Volume;
        for (var k = 0; k < volume.Slices; k++)
            for (var j = 0; j < volume.Rows; j++)
                for (var i = 0; i < volume.Columns; i++)
                    if (volume.IsCovered(i, j, k)) worst = Math.Max(worst, Math.Abs(volume[i, j, k] - Volumes.Linear(volume.Grid.ToPatient(i, j, k))));
        return worst;
    }

    public static string Text(double value) => value.ToString("0.######", CultureInfo.InvariantCulture);
}
