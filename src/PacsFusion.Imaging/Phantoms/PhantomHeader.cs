using System.Globalization;
using PacsFusion.Dicom;

namespace PacsFusion.Imaging;

/// <summary>The modules that all series of the phantom share (PS3.3 A.2, A.3, A.4, A.21).</summary>
internal sealed class PhantomHeader(PhantomOptions options, PhantomIdentity identity)
{
    /// <summary>A data set with patient, study, series, frame of reference, equipment and SOP common modules.</summary>
    /// <param name="contents">The series.</param>
    /// <param name="sopClassUid">SOP Class UID.</param>
    /// <param name="modality">Modality code.</param>
    /// <param name="seriesNumber">Series Number.</param>
    /// <param name="description">Series Description.</param>
    /// <param name="number">Instance Number, from 1.</param>
    /// <param name="minutes">Start of the series after the start of the study.</param>
    public DicomDataset Create(PhantomContents contents, string sopClassUid, string modality, int seriesNumber, string description, int number, double minutes)
    {
        var start = options.StudyStart.AddMinutes(minutes);
        var dataset = new DicomDataset()
            .Set(DicomTag.SpecificCharacterSet, "ISO_IR 192")
            .Set(DicomTag.SOPClassUID, sopClassUid)
            .Set(DicomTag.SOPInstanceUID, identity.Instance(contents, number))
            .Set(DicomTag.StudyDate, Date(options.StudyStart))
            .Set(DicomTag.SeriesDate, Date(start))
            .Set(DicomTag.AcquisitionDate, Date(start))
            .Set(DicomTag.ContentDate, Date(start))
            .Set(DicomTag.StudyTime, Time(options.StudyStart))
            .Set(DicomTag.SeriesTime, Time(start))
            .Set(DicomTag.AcquisitionTime, Time(start))
            .Set(DicomTag.ContentTime, Time(start))
            .Set(DicomTag.AccessionNumber, options.AccessionNumber)
            .Set(DicomTag.Modality, modality)
            .Set(DicomTag.Manufacturer, "PacsFusion")
            .Set(DicomTag.ManufacturerModelName, "Phantom")
            .Set(DicomTag.DeviceSerialNumber, "1")
            .Set(DicomTag.SoftwareVersions, "1")
            .SetEmpty(DicomTag.ReferringPhysicianName)
            .Set(DicomTag.StudyDescription, "Made-up patient, for research use")
            .Set(DicomTag.SeriesDescription, description)
            .Set(DicomTag.PatientName, options.PatientName)
            .Set(DicomTag.PatientID, options.PatientId)
            .Set(DicomTag.PatientBirthDate, options.PatientBirthDate)
            .Set(DicomTag.PatientSex, options.PatientSex)
            .Set(DicomTag.PatientSize, "1.75")
            .Set(DicomTag.PatientWeight, PhantomPet.Weight.ToString(CultureInfo.InvariantCulture))
            .Set(DicomTag.PatientPosition, "HFS")
            .Set(DicomTag.BodyPartExamined, "CHEST")
            .Set(DicomTag.StudyInstanceUID, identity.Study)
            .Set(DicomTag.SeriesInstanceUID, identity.Series(contents))
            .Set(DicomTag.StudyID, "1")
            .Set(DicomTag.SeriesNumber, Text(seriesNumber))
            .Set(DicomTag.InstanceNumber, Text(number))
            .Set(DicomTag.FrameOfReferenceUID, identity.FrameOfReference)
            .SetEmpty(DicomTag.PositionReferenceIndicator)
            .Set(DicomTag.ImageComments, "Phantom, not a patient. For research use.");
        if (options.IssuerOfPatientId is { Length: > 0 } issuer) dataset.Set(DicomTag.IssuerOfPatientID, issuer);
        return dataset;
    }

    /// <summary>Adds the image plane and pixel modules of one slice.</summary>
    /// <param name="dataset">Where to.</param>
    /// <param name="grid">The volume's grid.</param>
    /// <param name="slice">Slice index.</param>
    /// <param name="pixels">16-bit values, little endian.</param>
    /// <param name="isSigned">Whether they are signed.</param>
    public static void AddPlane(DicomDataset dataset, VolumeGrid grid, int slice, ReadOnlySpan<short> pixels, bool isSigned)
    {
        var map = grid.VoxelToPatient;
        Vector3d row = map.ColumnX.Normalized(), column = map.ColumnY.Normalized(), position = grid.ToPatient(0, 0, slice);
        var spacing = grid.Spacing;
        var bytes = new byte[pixels.Length * 2];
        for (var i = 0; i < pixels.Length; i++) System.Buffers.Binary.BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(2 * i), pixels[i]);
        dataset
            .Set(DicomTag.SliceThickness, Text(spacing.Z))
            .Set(DicomTag.ImagePositionPatient, Text(position.X), Text(position.Y), Text(position.Z))
            .Set(DicomTag.ImageOrientationPatient, Text(row.X), Text(row.Y), Text(row.Z), Text(column.X), Text(column.Y), Text(column.Z))
            .Set(DicomTag.SliceLocation, Text(Vector3d.Dot(position, Vector3d.Cross(row, column))))
            .Set(DicomTag.PixelSpacing, Text(spacing.Y), Text(spacing.X))
            .Set(DicomTag.SamplesPerPixel, 1)
            .Set(DicomTag.PhotometricInterpretation, "MONOCHROME2")
            .Set(DicomTag.Rows, grid.Rows)
            .Set(DicomTag.Columns, grid.Columns)
            .Set(DicomTag.BitsAllocated, 16)
            .Set(DicomTag.BitsStored, 16)
            .Set(DicomTag.HighBit, 15)
            .Set(DicomTag.PixelRepresentation, isSigned ? 1 : 0)
            .SetBytes(DicomTag.PixelData, DicomVR.OW, bytes);
    }

    /// <summary>A number as DS: at most 16 characters, point, no digits beyond what a header needs.</summary>
    public static string Text(double value)
    {
        var text = value.ToString("0.######", CultureInfo.InvariantCulture);
        return text == "-0" ? "0" : text;
    }

    /// <summary>A date as DA.</summary>
    public static string Date(DateTime value) => value.ToString("yyyyMMdd", CultureInfo.InvariantCulture);

    /// <summary>A time as TM.</summary>
    public static string Time(DateTime value) => value.ToString("HHmmss", CultureInfo.InvariantCulture);
}
