using System.Globalization;
using PacsFusion.Dicom;
using PacsFusion.Fusion;

namespace PacsFusion.Node.Ledger;

/// <summary>What the headers of a series do not say about it.</summary>
/// <param name="PatientKey">Opaque handle of the patient group.</param>
/// <param name="CallingAeTitle">AE title that sent it; empty when it came another way.</param>
/// <param name="DefaultIssuer">Issuer that an absent one stands for.</param>
/// <param name="TransferSyntaxUids">Transfer syntaxes of the stored instances.</param>
/// <param name="Codecs">What decodes compressed pixel data; null: nothing does.</param>
internal sealed record SeriesOrigin(string PatientKey, string CallingAeTitle, string DefaultIssuer, IReadOnlyList<string> TransferSyntaxUids, IFrameCodecs? Codecs = null);

internal sealed partial record SeriesDescriptor
{
    // cos 20 degrees: what radiology still calls axial.
    private const double NearlyParallel = 0.94;

    // The classes that a volume can be made of. Screen captures share modality and study with them, and are none.
    private static readonly HashSet<string> ImageClasses =
    [
        DicomUid.CTImageStorage, DicomUid.EnhancedCTImageStorage, DicomUid.LegacyConvertedEnhancedCTImageStorage,
        DicomUid.MRImageStorage, DicomUid.EnhancedMRImageStorage, DicomUid.LegacyConvertedEnhancedMRImageStorage,
        DicomUid.PositronEmissionTomographyImageStorage, DicomUid.EnhancedPETImageStorage, DicomUid.LegacyConvertedEnhancedPETImageStorage,
        DicomUid.NuclearMedicineImageStorage, DicomUid.UltrasoundImageStorage, DicomUid.UltrasoundMultiFrameImageStorage,
    ];

    // What DicomPixelData decodes without codecs; what these do not decode either is stored and passed on.
    private static readonly HashSet<string> Decodable =
    [
        DicomTransferSyntax.ImplicitVRLittleEndian.Uid, DicomTransferSyntax.ExplicitVRLittleEndian.Uid, DicomTransferSyntax.ExplicitVRBigEndian.Uid,
        DicomTransferSyntax.DeflatedExplicitVRLittleEndian.Uid, DicomTransferSyntax.RleLossless.Uid,
        DicomTransferSyntax.EncapsulatedUncompressedExplicitVRLittleEndian.Uid, DicomTransferSyntax.DeflatedImageFrame.Uid,
    ];

    /// <summary>Sums up a series. The order of the headers does not change the result.</summary>
    /// <param name="headers">The data sets of one series, pixel data not needed; at least one.</param>
    /// <param name="origin">What they do not say.</param>
    /// <exception cref="ArgumentException">There is no header.</exception>
    public static SeriesDescriptor FromHeaders(IReadOnlyList<DicomDataset> headers, SeriesOrigin origin)
    {
        if (headers.Count == 0) throw new ArgumentException("A series has at least one instance.", nameof(headers));
        DicomDataset[] sorted = [.. headers.OrderBy(h => h.GetString(DicomTag.SOPInstanceUID), StringComparer.Ordinal)];
        var first = sorted[0];
        var imageType = MostCommon(sorted.Select(h => string.Join('\\', h.GetStrings(DicomTag.ImageType)).ToUpperInvariant())) ?? "";
        var modality = (first.GetString(DicomTag.Modality) ?? "").ToUpperInvariant();
        string[] corrected = [.. first.GetStrings(DicomTag.CorrectedImage).Select(c => c.ToUpperInvariant())];
        var patient = IdentityOf(first, origin.DefaultIssuer);
        var orientation = sorted.Select(OrientationOf).FirstOrDefault(o => o.Length == 6) ?? [];
        return new SeriesDescriptor
        {
            SeriesInstanceUid = first.GetString(DicomTag.SeriesInstanceUID) ?? "",
            StudyInstanceUid = first.GetString(DicomTag.StudyInstanceUID) ?? "",
            PatientKey = origin.PatientKey,
            Patient = patient,
            Modality = modality,
            SopClassUids = [.. sorted.Select(h => h.GetString(DicomTag.SOPClassUID) ?? "").Distinct().Order(StringComparer.Ordinal)],
            FrameOfReferenceUid = MostCommon(sorted.Select(h => h.GetString(DicomTag.FrameOfReferenceUID)).Where(u => !string.IsNullOrEmpty(u))!),
            ImageType = imageType.Length == 0 ? [] : imageType.Split('\\'),
            SeriesDescription = first.GetString(DicomTag.SeriesDescription) ?? "",
            SeriesNumber = first.GetInt(DicomTag.SeriesNumber),
            Units = first.GetString(DicomTag.Units)?.ToUpperInvariant(),
            CorrectedImage = corrected,
            AttenuationCorrected = modality is "PT" or "NM" ? IsAttenuationCorrected(first, corrected) : null,
            DecayCorrection = first.GetString(DicomTag.DecayCorrection)?.ToUpperInvariant(),
            SliceThickness = Measure(first, DicomTag.SliceThickness),
            SliceStep = StepOf(sorted, orientation),
            Rows = first.GetInt(DicomTag.Rows) ?? 0,
            Columns = first.GetInt(DicomTag.Columns) ?? 0,
            PixelSpacing = MeasuresOf(first)?.GetDoubles(DicomTag.PixelSpacing) is { Length: > 0 } shared ? shared : first.GetDoubles(DicomTag.PixelSpacing),
            Orientation = Classify(orientation),
            InstanceCount = sorted.Length,
            SliceCount = (int)Math.Min(int.MaxValue, sorted.Sum(header => (long)FramesOf(header))),
            Start = sorted.Min(StartOf),
            Manufacturer = first.GetString(DicomTag.Manufacturer) ?? "",
            BodyPart = (first.GetString(DicomTag.BodyPartExamined) ?? "").ToUpperInvariant(),
            TransferSyntaxUids = [.. origin.TransferSyntaxUids.Distinct().Order(StringComparer.Ordinal)],
            CanDecode = origin.TransferSyntaxUids.All(uid => Decodable.Contains(uid) || origin.Codecs?.CanDecode(DicomTransferSyntax.Unknown(uid)) == true),
            CallingAeTitle = origin.CallingAeTitle,
            IsOwnResult = sorted.Any(IsOurs),
            IsLocalizer = Most(sorted, h => h.GetStrings(DicomTag.ImageType).Contains("LOCALIZER", StringComparer.OrdinalIgnoreCase)),
            IsImage = Most(sorted, h => ImageClasses.Contains(h.GetString(DicomTag.SOPClassUID) ?? "") && h.GetInt(DicomTag.Rows) > 0 && h.GetInt(DicomTag.Columns) > 0),
            HasMixedIdentity = sorted.Any(h => IdentityOf(h, origin.DefaultIssuer) is var other
                && (other.PatientId != patient.PatientId || other.Issuer != patient.Issuer || patient.ContradictionsWith(other).Count > 0)),
        };
    }

    private static PatientIdentity IdentityOf(DicomDataset header, string defaultIssuer)
    {
        var issuer = header.GetString(DicomTag.IssuerOfPatientID);
        if (string.IsNullOrWhiteSpace(issuer))
            issuer = header.GetItem(DicomTag.IssuerOfPatientIDQualifiersSequence)?.GetString(DicomTag.UniversalEntityID);
        return new PatientIdentity(header.GetString(DicomTag.PatientID)?.Trim() ?? "", string.IsNullOrWhiteSpace(issuer) ? defaultIssuer : issuer.Trim(),
            header.GetString(DicomTag.PatientBirthDate) ?? "", header.GetString(DicomTag.PatientSex) ?? "", header.GetString(DicomTag.PatientName) ?? "");
    }

    // GE Discovery ST writes ATTN into the uncorrected reconstruction as well; there method and scatter correction are missing.
    private static bool IsAttenuationCorrected(DicomDataset header, string[] corrected)
    {
        if (!corrected.Contains("ATTN")) return false;
        var method = header.GetString(DicomTag.AttenuationCorrectionMethod);
        if (string.Equals(method, "NONE", StringComparison.OrdinalIgnoreCase)) return false;
        var isGe = header.GetString(DicomTag.Manufacturer)?.StartsWith("GE ", StringComparison.OrdinalIgnoreCase) ?? false;
        return !isGe || !string.IsNullOrEmpty(method) || corrected.Contains("SCAT");
    }

    // By contribution, which survives a PACS that rewrites the equipment, or by model; the maker alone also marks our phantoms, which are sources.
    private static bool IsOurs(DicomDataset header) =>
        header.GetString(DicomTag.ManufacturerModelName) == SecondaryCaptureBuilder.ModelName
        || header.GetSequence(DicomTag.ContributingEquipmentSequence).Any(e => e.GetString(DicomTag.Manufacturer) == SecondaryCaptureBuilder.Manufacturer);

    private static int FramesOf(DicomDataset header) => Math.Max(1, header.GetInt(DicomTag.NumberOfFrames) ?? 1);

    private static DicomDataset? MeasuresOf(DicomDataset header) =>
        header.GetItem(DicomTag.SharedFunctionalGroupsSequence)?.GetItem(DicomTag.PixelMeasuresSequence);

    private static double? Measure(DicomDataset header, DicomTag tag) => MeasuresOf(header)?.GetDouble(tag) ?? header.GetDouble(tag);

    private static double[] OrientationOf(DicomDataset header)
    {
        if (header.GetDoubles(DicomTag.ImageOrientationPatient) is { Length: 6 } plain) return plain;
        return header.GetItem(DicomTag.SharedFunctionalGroupsSequence)?.GetItem(DicomTag.PlaneOrientationSequence)?.GetDoubles(DicomTag.ImageOrientationPatient)
            ?? header.GetItem(DicomTag.DetectorInformationSequence)?.GetDoubles(DicomTag.ImageOrientationPatient) ?? [];
    }

    private static double? StepOf(DicomDataset[] headers, double[] orientation)
    {
        if (orientation.Length != 6) return null;
        var normal = NormalOf(orientation);
        double[] positions = [.. headers.SelectMany(PositionsOf).Select(p => p[0] * normal[0] + p[1] * normal[1] + p[2] * normal[2]).Order()];
        // Closer than a hundredth of a millimetre is one position seen twice: phases, echoes, a resend.
        double[] steps = [.. positions.Zip(positions.Skip(1), (a, b) => b - a).Where(d => d > 0.01).Order()];
        if (steps.Length > 0) return steps[steps.Length / 2];
        var spacing = Measure(headers[0], DicomTag.SpacingBetweenSlices);
        return FramesOf(headers[0]) > 1 && spacing is { } s && s != 0 ? Math.Abs(s) : null;
    }

    private static IEnumerable<double[]> PositionsOf(DicomDataset header)
    {
        if (header.GetDoubles(DicomTag.ImagePositionPatient) is { Length: 3 } plain) return [plain];
        return header.GetSequence(DicomTag.PerFrameFunctionalGroupsSequence)
            .Select(f => f.GetItem(DicomTag.PlanePositionSequence)?.GetDoubles(DicomTag.ImagePositionPatient) ?? []).Where(p => p.Length == 3);
    }

    private static OrientationClass Classify(double[] orientation)
    {
        if (orientation.Length != 6) return OrientationClass.Unknown;
        var normal = NormalOf(orientation);
        var length = Math.Sqrt(normal.Sum(n => n * n));
        if (!(length > 0.5)) return OrientationClass.Unknown;
        return Math.Abs(normal[2]) / length >= NearlyParallel ? OrientationClass.Axial
            : Math.Abs(normal[1]) / length >= NearlyParallel ? OrientationClass.Coronal
            : Math.Abs(normal[0]) / length >= NearlyParallel ? OrientationClass.Sagittal
            : OrientationClass.Oblique;
    }

    private static double[] NormalOf(double[] o) => [o[1] * o[5] - o[2] * o[4], o[2] * o[3] - o[0] * o[5], o[0] * o[4] - o[1] * o[3]];

    private static DateTime? StartOf(DicomDataset header) =>
        Moment(header.GetString(DicomTag.SeriesDate), header.GetString(DicomTag.SeriesTime))
        ?? Moment(header.GetString(DicomTag.AcquisitionDate), header.GetString(DicomTag.AcquisitionTime))
        ?? Moment(header.GetString(DicomTag.ContentDate), header.GetString(DicomTag.ContentTime));

    private static DateTime? Moment(string? date, string? time)
    {
        if (!DateTime.TryParseExact(date, "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)) return null;
        var digits = time is null ? "" : time.Split('.')[0];
        return TimeOnly.TryParseExact(digits, ["HHmmss", "HHmm", "HH"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var clock) ? day + clock.ToTimeSpan() : day;
    }

    private static bool Most(DicomDataset[] headers, Func<DicomDataset, bool> holds) => 2 * headers.Count(holds) > headers.Length;

    private static string? MostCommon(IEnumerable<string> values) => values.GroupBy(v => v, StringComparer.Ordinal)
        .OrderByDescending(g => g.Count()).ThenBy(g => g.Key, StringComparer.Ordinal).FirstOrDefault()?.Key;
}
