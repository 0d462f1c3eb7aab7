using Microsoft.Extensions.Logging.Abstractions;
using PacsFusion.Dicom;
using PacsFusion.Fusion;
using PacsFusion.Imaging;
using PacsFusion.Node.Configuration;
using PacsFusion.Node.Ledger;
using PacsFusion.Node.Match;
using PacsFusion.Tests.Ledger;
using PacsFusion.Tests.Phantoms;

namespace PacsFusion.Tests.Match;

public sealed class MatchPassTests : IDisposable
{
    private const string Patient = "patient-a";
    private readonly LedgerFixture _ledger = new();
    private readonly List<PhantomFiles> _phantoms = [];

    public void Dispose()
    {
        foreach (var phantom in _phantoms) phantom.Dispose();
        _ledger.Dispose();
    }

    [Fact]
    public async Task APairIsBookedAsOneCaseWithEveryCandidatesReason()
    {
        var spool = await ReceiveAsync(PhantomFiles.Small with { Contents = PhantomContents.PetCt | PhantomContents.UncorrectedPet | PhantomContents.Localizer });
        Assert.Equal(1, Run(spool));

        var work = Assert.Single(_ledger.Cases.All(10));
        Assert.Equal((CaseState.Queued, "pet-ct"), (work.State, work.Rule));
        Assert.Equal(["proposed", "queued"], _ledger.Cases.Events(work.CaseId).Select(moment => moment.State));
        var candidates = _ledger.Series.Candidates(Patient);
        Assert.Equal(2, candidates.Count(candidate => candidate.Chosen));
        Assert.Contains(candidates, candidate => candidate.Reason == "localizer");
        Assert.Contains(candidates, candidate => candidate is { Chosen: false, Reason: "not-attenuation-corrected" });
        Assert.Empty(_ledger.Series.MatchesDue());
    }

    [Fact]
    public async Task RunningAgainChangesNothing_Invariant3()
    {
        var spool = await ReceiveAsync();
        Run(spool);
        var before = Assert.Single(_ledger.Cases.All(10));
        _ledger.Time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(0, Run(spool));
        Assert.Equal(before, Assert.Single(_ledger.Cases.All(10)));
        Assert.Equal(2, _ledger.Cases.Events(before.CaseId).Count);
    }

    [Fact]
    public async Task ACaseThatWasOnlyProposedWhenTheNodeStoppedIsQueued_Invariant3()
    {
        var spool = await ReceiveAsync();
        Run(spool);
        var work = Assert.Single(_ledger.Cases.All(10));
        _ledger.Database.Write(connection => connection.Run("UPDATE fusion_case SET state='proposed'"));
        Assert.Equal(0, Run(spool));
        Assert.Equal(CaseState.Queued, _ledger.Cases.Find(work.CaseId)!.State);
    }

    [Fact]
    public async Task AStudyWaitsUntilAllOfItsSeriesHaveSettled()
    {
        var spool = await ReceiveAsync(PhantomFiles.Small with { Contents = PhantomContents.PetCt | PhantomContents.Localizer }, settled: contents => contents != PhantomContents.Localizer);
        Assert.Equal(0, Run(spool));
        Assert.Empty(_ledger.Cases.All(10));
        Settle();
        Assert.Equal(1, Run(spool));
    }

    [Fact]
    public async Task PatientsWhoContradictEachOtherAreQuarantinedAndOnlyTheAttributeIsNamed_Invariant1()
    {
        var spool = await ReceiveAsync(change: (contents, dataset) =>
        {
            if (contents == PhantomContents.Pet) dataset.Set(DicomTag.PatientBirthDate, "19551231");
        });
        Run(spool);
        var work = Assert.Single(_ledger.Cases.All(10));
        Assert.Equal((CaseState.Quarantined, "patient-identity-contradiction", "PatientBirthDate"), (work.State, work.Reason, work.Detail));
    }

    [Fact]
    public async Task ARuleWhoseModelIsMissingIsRefusedWithItsCode_Invariant8()
    {
        var spool = await ReceiveAsync();
        Run(spool, PhantomFiles.Rule(model: "nobody"));
        var work = Assert.Single(_ledger.Cases.All(10));
        Assert.Equal((CaseState.Refused, "model-not-found"), (work.State, work.Reason));

        Assert.Equal(1, Run(spool));
        Assert.Equal(CaseState.Superseded, _ledger.Cases.Find(work.CaseId)!.State);
        Assert.Contains(_ledger.Cases.All(10), other => other.State == CaseState.Queued);
    }

    [Fact]
    public async Task LateContentMakesANewCaseAndWithdrawsWhatTheOldOneHasNotSent()
    {
        var spool = await ReceiveAsync();
        Run(spool);
        var old = Assert.Single(_ledger.Cases.All(10));
        _ledger.Outbox.Enqueue(old.CaseId, ["pacs"], [("1.1", "a.dcm"), ("1.2", "b.dcm")]);
        _ledger.Outbox.MarkSent("pacs", ["1.1"]);

        await LateAsync(spool);
        Assert.Equal(1, Run(spool));
        Assert.Equal((CaseState.Superseded, "superseded-by-newer-case"), (_ledger.Cases.Find(old.CaseId)!.State, _ledger.Cases.Find(old.CaseId)!.Reason));
        Assert.Equal((0, 1, 0, null), _ledger.Outbox.OfCase(old.CaseId));
        Assert.Equal(CaseState.Queued, Assert.Single(_ledger.Cases.All(10), work => work.CaseId != old.CaseId).State);
    }

    [Fact]
    public async Task GoingBackToAnOlderRuleLeavesTheNewerCaseInPlace()
    {
        var spool = await ReceiveAsync();
        var rule = PhantomFiles.Rule();
        Run(spool, rule);
        Run(spool, rule with { Version = rule.Version + 1 });
        Run(spool, rule);
        Assert.Equal(CaseState.Queued, Assert.Single(_ledger.Cases.All(10), work => work.State != CaseState.Superseded).State);
    }

    [Fact]
    public async Task AFileThatIsGoneFromTheSpoolDoesNotStopTheMatch()
    {
        var spool = await ReceiveAsync();
        File.Delete(Directory.GetFiles(Path.Combine(spool, "CT")).First());
        Assert.Equal(1, Run(spool));
    }

    private int Run(string spool, FusionRule? rule = null) => new MatchPass(
        PhantomFiles.Defaults with { Rules = [rule ?? PhantomFiles.Rule()] }, _ledger.Series, _ledger.Instances, _ledger.Cases, _ledger.Outbox, ModelCatalog.Open(_ledger.Folder), spool, _ledger.Time,
        NullLogger<MatchPass>.Instance).Run(Patient, CancellationToken.None);

    private async Task<string> ReceiveAsync(PhantomOptions? options = null, Action<PhantomContents, DicomDataset>? change = null, Func<PhantomContents, bool>? settled = null)
    {
        var phantom = new PhantomFiles(options, change);
        _phantoms.Add(phantom);
        await _ledger.Instances.AddAsync(PhantomSpool.Records(phantom, Patient, _ledger.Time.GetUtcNow()), default);
        Settle([.. PetCtPhantom.Describe(phantom.Options).Series.Where(series => settled?.Invoke(series.Contents) ?? true).Select(series => series.SeriesInstanceUid)]);
        return phantom.Folder;
    }

    private async Task LateAsync(string spool)
    {
        var first = Directory.GetFiles(Path.Combine(spool, "CT")).Order(StringComparer.Ordinal).First();
        var dataset = DicomFile.Read(first).Dataset.Clone().Set(DicomTag.SOPInstanceUID, "2.25.4711");
        new DicomFile(dataset, DicomTransferSyntax.ExplicitVRLittleEndian).Write(Path.Combine(spool, "CT", "late.dcm"));
        await _ledger.Instances.AddAsync([PhantomSpool.Record(dataset, "CT/late.dcm", Patient, _ledger.Time.GetUtcNow())], default);
        Settle();
    }

    private void Settle(IReadOnlyList<string>? series = null) => _ledger.Series.Settle(Patient, [.. _ledger.Series.OfPatient(Patient).Where(row => series?.Contains(row.SeriesUid) ?? true)
        .Select(row => (row.SeriesUid, "quiet", InstanceStore.ContentOf(_ledger.Instances.OfSeries(Patient, row.SeriesUid))))]);
}
