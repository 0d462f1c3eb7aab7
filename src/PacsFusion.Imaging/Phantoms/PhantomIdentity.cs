using System.Security.Cryptography;
using System.Text;
using PacsFusion.Dicom;

namespace PacsFusion.Imaging;

/// <summary>UIDs of the phantom: a hash of all options and of what is named, so that equal options give equal UIDs and others do not.</summary>
internal sealed class PhantomIdentity(PhantomOptions options)
{
    // Contents stay out: adding a decoy must not rename the series that were there.
    private readonly string _options = FormattableString.Invariant(
        $"{options.Seed}|{options.CtMatrix}|{options.CtSlices}|{options.PetMatrix}|{options.MrMatrix}|{options.Noise:R}|{options.PadOutsideFieldOfView}|")
        + FormattableString.Invariant($"{options.FunctionalShift.X:R}|{options.FunctionalShift.Y:R}|{options.FunctionalShift.Z:R}|{options.StudyStart:yyyyMMddHHmmss}|")
        + $"{options.PatientId}|{options.PatientName}|{options.PatientBirthDate}|{options.PatientSex}|{options.IssuerOfPatientId}|{options.AccessionNumber}";

    public string Study => Uid("study");

    public string FrameOfReference => Uid("frame of reference");

    public string Series(PhantomContents series) => Uid($"series {series}");

    public string Instance(PhantomContents series, int number) => Uid(FormattableString.Invariant($"instance {series} {number}"));

    private string Uid(string what) => DicomUid.FromHash(SHA256.HashData(Encoding.UTF8.GetBytes($"PacsFusion phantom 1|{_options}|{what}")));
}
