using Microsoft.Extensions.Time.Testing;
using PacsFusion.Node.Ledger;

namespace PacsFusion.Tests.Ledger;

/// <summary>A ledger of its own in a temporary folder, with a clock that stands still until it is moved.</summary>
internal sealed class LedgerFixture : IDisposable
{
    public LedgerFixture()
    {
        Folder = Directory.CreateTempSubdirectory("pacsfusion-ledger-").FullName;
        Database = LedgerDatabase.Open(FilePath);
    }

    public string Folder { get; }

    public string FilePath => Path.Combine(Folder, "ledger.db");

    public LedgerDatabase Database { get; private set; }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 3, 2, 9, 0, 0, TimeSpan.Zero));

    public CaseStore Cases => new(Database, Time);

    public SeriesStore Series => new(Database, Time);

    public InstanceStore Instances => new(Database);

    public OutboxStore Outbox => new(Database, Time);

    /// <summary>Closes the file and opens it again, as a restart does.</summary>
    public void Reopen()
    {
        Database.Dispose();
        Database = LedgerDatabase.Open(FilePath);
    }

    public InstanceRecord Instance(int number, string series = "1.2.3", string patient = "patient-a", string modality = "CT", long association = 1) => new()
    {
        SopInstanceUid = $"{series}.{number}",
        SopClassUid = "1.2.840.10008.5.1.4.1.1.2",
        TransferSyntaxUid = "1.2.840.10008.1.2.1",
        StudyInstanceUid = "1.2",
        SeriesInstanceUid = series,
        Modality = modality,
        PatientKey = patient,
        RelativePath = $"1.2/{series}/{number}.dcm",
        Length = 100,
        Sha256 = new string((char)('a' + (number % 6)), 64),
        ReceivedAt = Time.GetUtcNow(),
        CallingAeTitle = "MODALITY",
        CalledAeTitle = "PACSFUSION",
        AssociationId = association,
    };

    public FusionCase Proposal(string rule = "pet-ct", string moving = "1.2.4", string content = "m")
    {
        var now = Time.GetUtcNow();
        return new FusionCase(
            FusionCase.Identity("patient-a", rule, 1, "1.2.3", "f", moving, content, "model", "look"), "patient-a", "1.2", rule, 1, "1.2.3", moving, "f", content, "model", "look",
            CaseState.Proposed, null, null, null, 0, now, now, now, null);
    }

    public void Dispose()
    {
        Database.Dispose();
        Directory.Delete(Folder, recursive: true);
    }
}
