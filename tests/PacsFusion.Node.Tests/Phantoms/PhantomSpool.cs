using System.Security.Cryptography;
using PacsFusion.Dicom;
using PacsFusion.Node.Ledger;

namespace PacsFusion.Tests.Phantoms;

/// <summary>A phantom's folder taken for a spool: the rows that receiving it would have made.</summary>
internal static class PhantomSpool
{
    public static List<InstanceRecord> Records(PhantomFiles phantom, string patientKey, DateTimeOffset at) =>
    [
        .. Directory.GetFiles(phantom.Folder, "*.dcm", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Select(path => Record(DicomFile.Read(path, DicomReadOptions.Header).Dataset, Path.GetRelativePath(phantom.Folder, path), patientKey, at)),
    ];

    public static InstanceRecord Record(DicomDataset dataset, string path, string patientKey, DateTimeOffset at) => new()
    {
        SopInstanceUid = dataset.GetString(DicomTag.SOPInstanceUID)!,
        SopClassUid = dataset.GetString(DicomTag.SOPClassUID)!,
        TransferSyntaxUid = DicomTransferSyntax.ExplicitVRLittleEndian.Uid,
        StudyInstanceUid = dataset.GetString(DicomTag.StudyInstanceUID)!,
        SeriesInstanceUid = dataset.GetString(DicomTag.SeriesInstanceUID)!,
        Modality = dataset.GetString(DicomTag.Modality)!,
        PatientKey = patientKey,
        RelativePath = path,
        Length = 100,
        Sha256 = Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(dataset.GetString(DicomTag.SOPInstanceUID)!))),
        ReceivedAt = at,
        CallingAeTitle = "PETCT1",
        CalledAeTitle = "PACSFUSION",
        AssociationId = 1,
    };
}
