namespace PacsFusion.Imaging;

/// <summary>Series that the phantom can hold.</summary>
[Flags]
public enum PhantomContents
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>CT of the trunk.</summary>
    Ct = 1,

    /// <summary>Attenuation-corrected PET in Bq/ml, one Rescale Slope for each slice.</summary>
    Pet = 2,

    /// <summary>Uncorrected PET in proportional counts: a decoy that has no SUV.</summary>
    UncorrectedPet = 4,

    /// <summary>Coronal CT localizer: a decoy that is no volume.</summary>
    Localizer = 8,

    /// <summary>T1-weighted MR, oblique slab on a grid of its own.</summary>
    MrT1 = 16,

    /// <summary>T2-weighted MR on another grid than the T1.</summary>
    MrT2 = 32,

    /// <summary>CT and corrected PET.</summary>
    PetCt = Ct | Pet,
}

/// <summary>What the phantom looks like. Equal options give equal bytes.</summary>
public sealed record PhantomOptions
{
    /// <summary>Seed of the noise and of all UIDs. Default 1.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Series to write. Default CT and corrected PET.</summary>
    public PhantomContents Contents { get; init; } = PhantomContents.PetCt;

    /// <summary>CT columns and rows; the field of view stays 500 mm. Default 256.</summary>
    public int CtMatrix { get; init; } = 256;

    /// <summary>CT slices, 4 mm apart. Default 64.</summary>
    public int CtSlices { get; init; } = 64;

    /// <summary>PET columns and rows; the field of view stays 560 mm. Default 112.</summary>
    public int PetMatrix { get; init; } = 112;

    /// <summary>MR columns and rows; the field of view stays 400 mm. Default 192.</summary>
    public int MrMatrix { get; init; } = 192;

    /// <summary>Standard deviation of the CT noise in HU, and scale of the PET and MR noise; 0 for none. Default 12.</summary>
    public double Noise { get; init; } = 12;

    /// <summary>Whether CT corners outside the round field of view hold Pixel Padding Value (-3024 after rescaling). Default true.</summary>
    public bool PadOutsideFieldOfView { get; init; } = true;

    /// <summary>
    /// How far the patient lay from where the CT saw them when PET and MR were taken, mm; the frame of reference claims nothing happened.
    /// Default none.
    /// </summary>
    public Vector3d FunctionalShift { get; init; } = Vector3d.Zero;

    /// <summary>Start of the study as a local clock reading. Default 2024-05-14 09:30.</summary>
    public DateTime StudyStart { get; init; } = new(2024, 5, 14, 9, 30, 0, DateTimeKind.Unspecified);

    /// <summary>Patient ID. Default PHANTOM-1.</summary>
    public string PatientId { get; init; } = "PHANTOM-1";

    /// <summary>Patient's Name. Default PHANTOM^PETCT.</summary>
    public string PatientName { get; init; } = "PHANTOM^PETCT";

    /// <summary>Patient's Birth Date, YYYYMMDD. Default 19700101.</summary>
    public string PatientBirthDate { get; init; } = "19700101";

    /// <summary>Patient's Sex: M, F or O. Default O.</summary>
    public string PatientSex { get; init; } = "O";

    /// <summary>Issuer of Patient ID; null leaves it out. Default null.</summary>
    public string? IssuerOfPatientId { get; init; }

    /// <summary>Accession Number. Default PHANTOM1.</summary>
    public string AccessionNumber { get; init; } = "PHANTOM1";
}
