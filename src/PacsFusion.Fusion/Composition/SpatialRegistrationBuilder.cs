using PacsFusion.Dicom;
using PacsFusion.Fusion.Internal;
using PacsFusion.Imaging;

namespace PacsFusion.Fusion;

/// <summary>
/// Makes a Spatial Registration object (PS3.3 A.39.1, C.20.2) of a registered pair, in a series of its own of the fixed series' study, so
/// that any viewer can fuse the originals itself. The registered frame of reference is the fixed one; item 1 holds the fixed images with
/// the identity, item 2 the moving images with the matrix that brings them there. Same input, same bytes.
/// </summary>
/// <remarks>
/// Both items name their images. Where both series claim one frame of reference although one had to be moved, item 2 names its images
/// only: a reader that goes by frames would otherwise move the fixed images too. Frame of Reference UID may be absent where images are
/// named (C.20.2, type 1C).
/// </remarks>
public static class SpatialRegistrationBuilder
{
    // Deviation from an orthonormal matrix that is still called rigid: 1e-6 moves a point at 1 m by 1 micrometre.
    private const double RigidTolerance = 1e-6;

    /// <summary>
    /// Builds the object. Refused with <see cref="FusionReasons.SourceHeaderIncomplete"/> where the fixed series names no study or no frame
    /// of reference.
    /// </summary>
    /// <exception cref="ArgumentException">A side has no image, or the map has no inverse.</exception>
    public static Outcome<DicomDataset> Build(SpatialRegistration registration)
    {
        ArgumentNullException.ThrowIfNull(registration);
        var (fixedSide, moving, header) = (registration.Fixed, registration.Moving, registration.FixedHeader);
        if (fixedSide.Instances.Count == 0 || moving.Instances.Count == 0) throw new ArgumentException("Each side of a registration has images.", nameof(registration));
        if (header.GetString(DicomTag.StudyInstanceUID) is not { Length: > 0 } study)
            return new Refusal(FusionReasons.SourceHeaderIncomplete, "The fixed slice has no StudyInstanceUID.");
        if (fixedSide.FrameOfReferenceUid is not { Length: > 0 } frame)
            return new Refusal(FusionReasons.SourceHeaderIncomplete, "The fixed series has no FrameOfReferenceUID.");

        var result = new DicomDataset();
        if (header.GetStrings(DicomTag.SpecificCharacterSet) is { Count: > 0 } charset)
            result.Set(DicomTag.SpecificCharacterSet, [.. charset]);
        CopiedModules.ApplyStudy(header, result);
        Describe(result, registration, frame);
        var movingFrame = moving.FrameOfReferenceUid == frame ? null : moving.FrameOfReferenceUid;
        result.SetSequence(DicomTag.RegistrationSequence,
            Item(fixedSide.Instances, frame, Affine.Identity, References.Code("125021", "Frame of Reference Identity"), null),
            Item(moving.Instances, movingFrame, Inverse(registration), References.Code("125024", "Image Content-based Alignment"), registration.Comment));
        References.DescribeInstances(result, study, [.. fixedSide.Instances, .. moving.Instances]);
        ResultEquipment.DescribeSoftware(result, registration.SoftwareVersion);
        return result;
    }

    /// <summary>Series Instance UID of the registration that belongs to a fused series.</summary>
    public static string SeriesInstanceUid(FusionIdentity identity)
    {
        ArgumentNullException.ThrowIfNull(identity);
        return identity.Derive("registration series");
    }

    /// <summary>SOP Instance UID of the registration that belongs to a fused series.</summary>
    public static string SopInstanceUid(FusionIdentity identity)
    {
        ArgumentNullException.ThrowIfNull(identity);
        return identity.Derive("registration");
    }

    private static Affine Inverse(SpatialRegistration registration)
    {
        try
        {
            return registration.FixedToMoving.Invert();
        }
        catch (InvalidOperationException singular)
        {
            throw new ArgumentException("The map of a registration has an inverse.", nameof(registration), singular);
        }
    }

    private static void Describe(DicomDataset result, SpatialRegistration registration, string frame)
    {
        var (date, time) = ResultEquipment.LocalTime(registration.FixedHeader, registration.CreatedAt);
        var pair = $"{registration.Moving.Modality} to {registration.Fixed.Modality}";
        result
            .Set(DicomTag.SOPClassUID, DicomUid.SpatialRegistrationStorage)
            .Set(DicomTag.SOPInstanceUID, SopInstanceUid(registration.Identity))
            .Set(DicomTag.SeriesInstanceUID, SeriesInstanceUid(registration.Identity))
            .Set(DicomTag.SeriesNumber, registration.SeriesNumber)
            .Set(DicomTag.SeriesDescription, ResultEquipment.Cut($"PacsFusion registration {pair} (research use only)", 64))
            .Set(DicomTag.Modality, "REG")
            .SetEmpty(DicomTag.Laterality)
            .Set(DicomTag.SeriesDate, date)
            .Set(DicomTag.SeriesTime, time)
            .Set(DicomTag.ContentDate, date)
            .Set(DicomTag.ContentTime, time)
            .Set(DicomTag.InstanceCreationDate, date)
            .Set(DicomTag.InstanceCreationTime, time)
            .Set(DicomTag.InstanceNumber, 1)
            .Set(DicomTag.ContentLabel, "REGISTRATION")
            .Set(DicomTag.ContentDescription, ResultEquipment.Cut($"{pair}, {(Type(registration.FixedToMoving) == "RIGID" ? "rigid" : "affine")}; for research use only", 64))
            .Set(DicomTag.ContentCreatorName, "PacsFusion^Node")
            .Set(DicomTag.FrameOfReferenceUID, frame);
        result.CopyFrom(registration.FixedHeader, DicomTag.PositionReferenceIndicator);
        if (!result.Contains(DicomTag.PositionReferenceIndicator)) result.SetEmpty(DicomTag.PositionReferenceIndicator);
    }

    private static DicomDataset Item(IReadOnlyList<SourceReference> images, string? frame, in Affine matrix, DicomDataset how, string? comment)
    {
        var matrixRegistration = new DicomDataset()
            .SetSequence(DicomTag.RegistrationTypeCodeSequence, how)
            .SetSequence(DicomTag.MatrixSequence, new DicomDataset()
                .Set(DicomTag.FrameOfReferenceTransformationMatrixType, Type(matrix))
                .Set(DicomTag.FrameOfReferenceTransformationMatrix, matrix.ToRowMajor16()));
        if (!string.IsNullOrEmpty(comment)) matrixRegistration.Set(DicomTag.FrameOfReferenceTransformationComment, ResultEquipment.Cut(comment, 64));
        var item = new DicomDataset()
            .SetSequence(DicomTag.ReferencedImageSequence, [.. images.Select(References.Instance)])
            .SetSequence(DicomTag.MatrixRegistrationSequence, matrixRegistration);
        if (!string.IsNullOrEmpty(frame)) item.Set(DicomTag.FrameOfReferenceUID, frame);
        return item;
    }

    // PS3.3 C.20.2.1.2: rigid is rotation and translation; a mirror image or a scale is not.
    private static string Type(in Affine map)
    {
        Vector3d x = map.ColumnX, y = map.ColumnY, z = map.ColumnZ;
        double[] deviations =
        [
            x.Length - 1, y.Length - 1, z.Length - 1, Vector3d.Dot(x, y), Vector3d.Dot(y, z), Vector3d.Dot(z, x), map.Determinant - 1,
        ];
        return deviations.All(d => Math.Abs(d) <= RigidTolerance) ? "RIGID" : "AFFINE";
    }
}
