using System.Collections.Frozen;
using System.Globalization;
using System.Numerics;

namespace PacsFusion.Dicom;

/// <summary>Unique identifiers of the standard (PS3.6 annex A), and what can be said of any identifier (PS3.5 9). Constant: safe for all threads.</summary>
public static partial class DicomUid
{
    /// <summary>Verification, the service behind C-ECHO.</summary>
    public const string Verification = "1.2.840.10008.1.1";

    /// <summary>Storage Commitment Push Model.</summary>
    public const string StorageCommitmentPushModel = "1.2.840.10008.1.20.1";

    /// <summary>The well-known instance of Storage Commitment Push Model.</summary>
    public const string StorageCommitmentPushModelInstance = "1.2.840.10008.1.20.1.1";

    /// <summary>Modality Performed Procedure Step.</summary>
    public const string ModalityPerformedProcedureStep = "1.2.840.10008.3.1.2.3.3";

    /// <summary>Modality Worklist, FIND.</summary>
    public const string ModalityWorklistFind = "1.2.840.10008.5.1.4.31";

    /// <summary>Patient Root Query/Retrieve, FIND.</summary>
    public const string PatientRootQueryRetrieveFind = "1.2.840.10008.5.1.4.1.2.1.1";

    /// <summary>Patient Root Query/Retrieve, MOVE.</summary>
    public const string PatientRootQueryRetrieveMove = "1.2.840.10008.5.1.4.1.2.1.2";

    /// <summary>Patient Root Query/Retrieve, GET.</summary>
    public const string PatientRootQueryRetrieveGet = "1.2.840.10008.5.1.4.1.2.1.3";

    /// <summary>Study Root Query/Retrieve, FIND.</summary>
    public const string StudyRootQueryRetrieveFind = "1.2.840.10008.5.1.4.1.2.2.1";

    /// <summary>Study Root Query/Retrieve, MOVE.</summary>
    public const string StudyRootQueryRetrieveMove = "1.2.840.10008.5.1.4.1.2.2.2";

    /// <summary>Study Root Query/Retrieve, GET.</summary>
    public const string StudyRootQueryRetrieveGet = "1.2.840.10008.5.1.4.1.2.2.3";

    /// <summary>The DICOM application context name (PS3.7 annex A.2.1).</summary>
    public const string ApplicationContext = "1.2.840.10008.3.1.1.1";

    /// <summary>Ultrasound Multi-frame Image Storage of 1993, retired.</summary>
    public const string UltrasoundMultiFrameImageStorageRetired = "1.2.840.10008.5.1.4.1.1.3";

    /// <summary>Nuclear Medicine Image Storage of 1993, retired.</summary>
    public const string NuclearMedicineImageStorageRetired = "1.2.840.10008.5.1.4.1.1.5";

    /// <summary>Ultrasound Image Storage of 1993, retired.</summary>
    public const string UltrasoundImageStorageRetired = "1.2.840.10008.5.1.4.1.1.6";

    /// <summary>Standalone Overlay Storage, retired.</summary>
    public const string StandaloneOverlayStorageRetired = "1.2.840.10008.5.1.4.1.1.8";

    /// <summary>X-Ray Angiographic Bi-Plane Image Storage, retired.</summary>
    public const string XRayAngiographicBiPlaneImageStorageRetired = "1.2.840.10008.5.1.4.1.1.12.3";

    /// <summary>Standalone PET Curve Storage, retired.</summary>
    public const string StandalonePetCurveStorageRetired = "1.2.840.10008.5.1.4.1.1.129";

    /// <summary>This implementation, as it stands in (0002,0012) and in association requests.</summary>
    public const string ImplementationClass = "2.25.200696515175545563342803384870605901883";

    /// <summary>This implementation, as it stands in (0002,0013): at most 16 characters.</summary>
    public const string ImplementationVersionName = "PACSFUSION_0_1";

    private static readonly FrozenDictionary<string, string> Names = AllNames().ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>UIDs of all storage SOP classes, retired ones included, in ordinal order; the media directory is not one.</summary>
    public static IReadOnlyList<string> StorageSopClasses { get; } =
        Array.AsReadOnly(
            StandardStorage.Concat(RetiredStorage).Select(s => s.Uid)
                .Where(u => u != MediaStorageDirectoryStorage).Order(StringComparer.Ordinal).ToArray());

    private static readonly FrozenSet<string> StorageSet = StorageSopClasses.ToFrozenSet(StringComparer.Ordinal);

    private static (string Uid, string Name)[] RetiredStorage =>
    [
        (UltrasoundMultiFrameImageStorageRetired, "Ultrasound Multi-frame Image Storage (Retired)"),
        (NuclearMedicineImageStorageRetired, "Nuclear Medicine Image Storage (Retired)"),
        (UltrasoundImageStorageRetired, "Ultrasound Image Storage (Retired)"),
        (StandaloneOverlayStorageRetired, "Standalone Overlay Storage (Retired)"),
        (XRayAngiographicBiPlaneImageStorageRetired, "X-Ray Angiographic Bi-Plane Image Storage (Retired)"),
        (StandalonePetCurveStorageRetired, "Standalone PET Curve Storage (Retired)"),
    ];

    /// <summary>The name of a SOP class, service or transfer syntax of the standard.</summary>
    /// <param name="uid">The identifier, without padding.</param>
    /// <returns>Null where the identifier is not known.</returns>
    public static string? NameOf(string uid) =>
        Names.GetValueOrDefault(uid) ?? DicomTransferSyntax.Find(uid)?.Name;

    /// <summary>True for storage SOP classes of the standard, retired ones included. Private classes are not among them.</summary>
    /// <param name="uid">The identifier, without padding.</param>
    public static bool IsStorageSopClass(string uid) => StorageSet.Contains(uid);

    /// <summary>
    /// An identifier derived from a hash: <c>2.25.</c> and the first 128 bits, big endian, as a decimal number
    /// (PS3.5 annex B.2). The same hash always gives the same identifier.
    /// </summary>
    /// <param name="sha256">At least 16 bytes of a hash.</param>
    /// <returns>An identifier of at most 44 characters.</returns>
    /// <exception cref="ArgumentException">Fewer than 16 bytes.</exception>
    public static string FromHash(ReadOnlySpan<byte> sha256)
    {
        if (sha256.Length < 16) throw new ArgumentException("At least 128 bits are needed.", nameof(sha256));
        var number = new BigInteger(sha256[..16], isUnsigned: true, isBigEndian: true);
        return "2.25." + number.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>
    /// True where the text obeys PS3.5 9.1: at most 64 characters, components of digits parted by periods, none empty,
    /// none with a leading zero. Real data hold others, so this is a question, never a condition of reading.
    /// </summary>
    /// <param name="uid">The identifier, without padding.</param>
    public static bool IsValid(ReadOnlySpan<char> uid)
    {
        if (uid.Length is 0 or > 64) return false;
        var start = 0;
        for (var i = 0; i <= uid.Length; i++)
        {
            if (i < uid.Length && uid[i] != '.')
            {
                if (!char.IsAsciiDigit(uid[i])) return false;
                continue;
            }
            var length = i - start;
            if (length == 0 || length > 1 && uid[start] == '0') return false;
            start = i + 1;
        }
        return true;
    }

    private static IEnumerable<KeyValuePair<string, string>> AllNames()
    {
        foreach (var (uid, name) in StandardStorage.Concat(RetiredStorage)) yield return new(uid, name);
        yield return new(Verification, "Verification");
        yield return new(StorageCommitmentPushModel, "Storage Commitment Push Model");
        yield return new(StorageCommitmentPushModelInstance, "Storage Commitment Push Model Instance");
        yield return new(ModalityPerformedProcedureStep, "Modality Performed Procedure Step");
        yield return new(ModalityWorklistFind, "Modality Worklist Information Model - FIND");
        yield return new(PatientRootQueryRetrieveFind, "Patient Root Query/Retrieve Information Model - FIND");
        yield return new(PatientRootQueryRetrieveMove, "Patient Root Query/Retrieve Information Model - MOVE");
        yield return new(PatientRootQueryRetrieveGet, "Patient Root Query/Retrieve Information Model - GET");
        yield return new(StudyRootQueryRetrieveFind, "Study Root Query/Retrieve Information Model - FIND");
        yield return new(StudyRootQueryRetrieveMove, "Study Root Query/Retrieve Information Model - MOVE");
        yield return new(StudyRootQueryRetrieveGet, "Study Root Query/Retrieve Information Model - GET");
        yield return new(ApplicationContext, "DICOM Application Context");
    }
}
