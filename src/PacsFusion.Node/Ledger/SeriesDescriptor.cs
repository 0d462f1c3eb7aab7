namespace PacsFusion.Node.Ledger;

/// <summary>How the planes of a series lie in the patient.</summary>
internal enum OrientationClass
{
    /// <summary>No usable Image Orientation (Patient).</summary>
    Unknown,

    /// <summary>Normal within 20 degrees of head to feet.</summary>
    Axial,

    /// <summary>Normal within 20 degrees of front to back.</summary>
    Coronal,

    /// <summary>Normal within 20 degrees of left to right.</summary>
    Sagittal,

    /// <summary>Anything between.</summary>
    Oblique,
}

/// <summary>What Match knows of a received series: facts of the headers, nothing decided yet.</summary>
internal sealed partial record SeriesDescriptor
{
    /// <summary>Series Instance UID (0020,000E).</summary>
    public required string SeriesInstanceUid { get; init; }

    /// <summary>Study Instance UID (0020,000D).</summary>
    public required string StudyInstanceUid { get; init; }

    /// <summary>Opaque handle of the patient group; never a Patient ID.</summary>
    public required string PatientKey { get; init; }

    /// <summary>Who the patient is, for invariant 1 only.</summary>
    public required PatientIdentity Patient { get; init; }

    /// <summary>Modality (0008,0060), upper case.</summary>
    public required string Modality { get; init; }

    /// <summary>The SOP Classes found in the series, sorted.</summary>
    public IReadOnlyList<string> SopClassUids { get; init; } = [];

    /// <summary>Frame of Reference UID (0020,0052); null when absent.</summary>
    public string? FrameOfReferenceUid { get; init; }

    /// <summary>Image Type (0008,0008), upper case, of most of the instances.</summary>
    public IReadOnlyList<string> ImageType { get; init; } = [];

    /// <summary>Series Description (0008,103E); empty when absent. May hold free text: not for logs.</summary>
    public string SeriesDescription { get; init; } = "";

    /// <summary>Series Number (0020,0011); null when absent.</summary>
    public int? SeriesNumber { get; init; }

    /// <summary>Units (0054,1001), upper case; null when absent.</summary>
    public string? Units { get; init; }

    /// <summary>Corrected Image (0028,0051), upper case.</summary>
    public IReadOnlyList<string> CorrectedImage { get; init; } = [];

    /// <summary>Whether attenuation was corrected; null where the object does not say (CT, MR).</summary>
    public bool? AttenuationCorrected { get; init; }

    /// <summary>Decay Correction (0054,1102): NONE, START or ADMIN; null when absent.</summary>
    public string? DecayCorrection { get; init; }

    /// <summary>Slice Thickness (0018,0050), mm; null when absent.</summary>
    public double? SliceThickness { get; init; }

    /// <summary>Median distance between neighbouring slice positions, mm; null with fewer than two positions.</summary>
    public double? SliceStep { get; init; }

    /// <summary>Rows (0028,0010); 0 when absent.</summary>
    public int Rows { get; init; }

    /// <summary>Columns (0028,0011); 0 when absent.</summary>
    public int Columns { get; init; }

    /// <summary>Pixel Spacing (0028,0030): between rows, between columns, mm; empty when absent.</summary>
    public IReadOnlyList<double> PixelSpacing { get; init; } = [];

    /// <summary>How the planes lie.</summary>
    public OrientationClass Orientation { get; init; }

    /// <summary>Instances received.</summary>
    public int InstanceCount { get; init; }

    /// <summary>Image planes: instances, or frames of multi-frame instances.</summary>
    public int SliceCount { get; init; }

    /// <summary>Earliest start of the series in the clock of the device, without zone: Series Date and Time, else Acquisition, else Content; null when absent.</summary>
    public DateTime? Start { get; init; }

    /// <summary>Manufacturer (0008,0070); empty when absent.</summary>
    public string Manufacturer { get; init; } = "";

    /// <summary>Body Part Examined (0018,0015), upper case; empty when absent.</summary>
    public string BodyPart { get; init; } = "";

    /// <summary>Transfer syntaxes of the stored instances, sorted; empty when not known.</summary>
    public IReadOnlyList<string> TransferSyntaxUids { get; init; } = [];

    /// <summary>Whether this node can decode the pixels of all of them.</summary>
    public bool CanDecode { get; init; } = true;

    /// <summary>AE title that sent the series; empty when it came another way.</summary>
    public string CallingAeTitle { get; init; } = "";

    /// <summary>Made by a PacsFusion node: never a source (invariant 9).</summary>
    public bool IsOwnResult { get; init; }

    /// <summary>A localizer or scout: most instances say LOCALIZER, or CT PROJECTION.</summary>
    public bool IsLocalizer { get; init; }

    /// <summary>Derived by somebody from other images: Image Type value 1 is DERIVED.</summary>
    public bool IsDerived => ImageType.Count > 0 && ImageType[0] == "DERIVED";

    /// <summary>Every instance is an image with rows and columns; false for structure sets, segmentations, reports and mappings.</summary>
    public bool IsImage { get; init; } = true;

    /// <summary>The instances do not agree on who the patient is.</summary>
    public bool HasMixedIdentity { get; init; }

    /// <summary>Distance between slices where it is known, else the thickness; mm.</summary>
    public double? EffectiveThickness => SliceStep ?? SliceThickness;

    /// <summary>Names the series, nothing of the patient.</summary>
    public override string ToString() => $"{Modality} {SeriesInstanceUid}";
}
