using System.Security.Cryptography;
using System.Text;
using Hl7.Fhir.Model;
using Hl7.Fhir.Serialization;

namespace PacsFusion.Fhir.Tests;

public sealed class FusionReportBundleTests
{
    [Fact]
    public void EqualInputGivesEqualBytes_soThatARetrySendsTheSame()
    {
        var first = FusionReportBundle.Build(ReportSamples.Report());
        var second = FusionReportBundle.Build(ReportSamples.Report());

        Assert.Equal(first.Bytes.ToArray(), second.Bytes.ToArray());
        Assert.Equal(first.Sha256, second.Sha256);
        Assert.Equal(first.Sha256, Convert.ToHexStringLower(SHA256.HashData(first.Bytes.Span)));
        Assert.NotEqual(first.Sha256, FusionReportBundle.Build(ReportSamples.Report(2)).Sha256);
    }

    [Fact]
    public void NamesOfEntriesAreVersion5UuidsOfKindAndJob()
    {
        // Known pair: the same name by another implementation (RFC 9562 version 5, OID name space).
        Assert.Equal("urn:uuid:59554d2d-66eb-5604-baf5-1da70824164a", ReportIdentity.Urn("report", "sha256-2f6d0c6f7a2f0d8f8a0e8f1f6f5c3b1a"));

        var bundle = Parse(ReportSamples.Report());
        Assert.Equal(bundle.Entry.Count, bundle.Entry.Select(e => e.FullUrl).Distinct().Count());
    }

    [Fact]
    public void EveryEntryIsCreatedOnlyWhereItsIdentifierIsNotThereYet()
    {
        var bundle = Parse(ReportSamples.Report());

        Assert.Equal(Bundle.BundleType.Transaction, bundle.Type);
        Assert.Equal(["Device", "Endpoint", "ImagingStudy", "Observation", "Media", "DiagnosticReport", "Provenance"], bundle.Entry.Select(e => e.Resource!.TypeName));
        Assert.All(bundle.Entry, e => Assert.Equal(Bundle.HTTPVerb.POST, e.Request!.Method));
        Assert.All(bundle.Entry.SkipLast(1), e => Assert.StartsWith("identifier=", e.Request!.IfNoneExist));
        Assert.StartsWith("_tag=", bundle.Entry[^1].Request!.IfNoneExist);
        Assert.All(bundle.Entry, e => Assert.DoesNotContain('|', e.Request!.IfNoneExist!));
    }

    [Fact]
    public void ProvenanceIsPutToItsDerivedId_whereTheServerCreatesOnUpdate()
    {
        var entry = Parse(ReportSamples.Report(), ProvenanceWriting.UpdateAsCreate).Entry[^1];

        Assert.Equal(Bundle.HTTPVerb.PUT, entry.Request!.Method);
        Assert.Equal($"Provenance/{ReportIdentity.Uuid("provenance", ReportSamples.JobKey())}", entry.Request.Url);
        Assert.Null(entry.Request.IfNoneExist);
    }

    [Fact]
    public void ReportIsPreliminaryAndSaysThatNobodyReviewedIt()
    {
        var report = Report(ReportSamples.Report());

        Assert.Equal(DiagnosticReport.DiagnosticReportStatus.Preliminary, report.Status);
        Assert.Contains("Not reviewed by a physician", report.Conclusion);
        Assert.Contains("No diagnostic statement is made", report.Conclusion);
        Assert.Contains("research use only", report.Conclusion);
        Assert.Contains("Not reviewed by a physician", Html(report));
        Assert.Empty(report.ConclusionCode);
        Assert.Equal("report-ct-pt", report.Code!.Coding[1].Code);
        Assert.Equal("2026-03-02T09:02:11.000+01:00", Assert.IsType<FhirDateTime>(report.Effective).Value);
    }

    [Fact]
    public void WarningsOfTheCaseStandInConclusionAndPage()
    {
        var report = Report(ReportSamples.Report() with { Warnings = [new ReportedWarning("suv-not-available", "SUV could not be computed.")] });

        Assert.EndsWith("Warning (suv-not-available): SUV could not be computed.", report.Conclusion);
        Assert.Contains("<li>SUV could not be computed. (suv-not-available)</li>", Html(report));
    }

    [Fact]
    public void PageHasSizeAndHashOfItsBytes()
    {
        var form = Assert.Single(Report(ReportSamples.Report()).PresentedForm);

        Assert.Equal("text/html", form.ContentType);
        Assert.Equal(form.Data!.Length, form.SizeUnsignedInt);
#pragma warning disable CA5350
        Assert.Equal(SHA1.HashData(form.Data), form.Hash);
#pragma warning restore CA5350
    }

    [Theory]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("\"'&<>]]>\u0001\u001b[2J\n\t")]
    [InlineData("broken \uD800 surrogate and \uFFFE")]
    [InlineData("Änne 山田 Иванов 🩻")]
    public void TextFromDicomNeverBecomesMarkup(string hostile)
    {
        var sample = ReportSamples.Report();
        var report = Report(sample with
        {
            Sources = [sample.Sources[0] with { Description = hostile }, sample.Sources[1]],
            Warnings = [new ReportedWarning("x", "w " + hostile)],
        });

        Assert.DoesNotContain("<script", Html(report));
        Assert.DoesNotContain(report.Conclusion!, c => char.IsControl(c) || char.IsSurrogate(c) && !hostile.Contains(c));
    }

    [Fact]
    public void AMetricWithoutValueSaysWhyInsteadOfZero()
    {
        var components = Resource<Observation>(ReportSamples.Report()).Component.ToDictionary(c => c.Code!.Coding[0].Code!);

        var entropy = Assert.IsType<Quantity>(components["en"].Value);
        Assert.Equal((6.51235m, "bit", "http://unitsofmeasure.org"), (entropy.Value!.Value, entropy.Code, entropy.System));
        Assert.Null(components["psnr"].Value);
        Assert.Equal("positive-infinity", components["psnr"].DataAbsentReason!.Coding[0].Code);
        Assert.Equal("error", components["vif"].DataAbsentReason!.Coding[0].Code);
        Assert.Equal("mm", Assert.IsType<Quantity>(components["translation"].Value).Code);
        Assert.True(components.ContainsKey("uptake-in-body"));
    }

    [Fact]
    public void CountsAreExactAndEqualNamesOfBothGroupsAreToldApart()
    {
        var components = Resource<Observation>(ReportSamples.Report() with
        {
            Metrics = [new ReportedMetric("NMI", 1.25), new ReportedMetric("MI", 1)],
            Alignment = [new ReportedMetric("nmi", 1.5), new ReportedMetric("uptakeVoxels", 1_234_567)],
        }).Component.ToDictionary(c => c.Code!.Coding[0].Code!, c => (Quantity)c.Value!);

        Assert.Equal((1.25m, 1.5m, 1_234_567m), (components["nmi"].Value, components["alignment-nmi"].Value, components["uptake-voxels"].Value));
        Assert.Equal("{nat}", components["mi"].Code); // the metric is computed with the natural logarithm
    }

    [Fact]
    public void PrintingAReportShowsNobody_invariant7()
    {
        Assert.Equal($"FusionReport {ReportSamples.JobKey()}", ReportSamples.Report().ToString());
        Assert.DoesNotContain("secret", new EhrClientOptions { BaseAddress = new Uri("https://ehr.example/fhir"), BearerToken = "secret" }.ToString());
    }

    [Fact]
    public void WithoutOrganisationNobodyIsNamedAsPerformer_andTheReportStaysValid()
    {
        var bundle = Parse(ReportSamples.Report() with { Organization = null });

        Assert.Empty(bundle.Entry.Select(e => e.Resource).OfType<DiagnosticReport>().Single().Performer);
        Assert.Null(bundle.Entry.Select(e => e.Resource).OfType<Device>().Single().Owner);
        Assert.Null(bundle.Entry.Select(e => e.Resource).OfType<Provenance>().Single().Agent[0].OnBehalfOf);
    }

    [Fact]
    public void WithoutImageAddressThereIsNeitherEndpointNorMedia()
    {
        var bundle = Parse(ReportSamples.Report() with { Endpoint = null });

        Assert.Equal(["Device", "ImagingStudy", "Observation", "DiagnosticReport", "Provenance"], bundle.Entry.Select(e => e.Resource!.TypeName));
        Assert.All(bundle.Entry.Select(e => e.Resource).OfType<ImagingStudy>().Single().Series, s => Assert.Empty(s.Endpoint));
    }

    [Fact]
    public void TheBarestCaseIsStillAValidReport()
    {
        var sample = ReportSamples.Report();
        var bundle = Parse(sample with
        {
            Organization = null,
            Endpoint = null,
            KeyImage = null,
            AccessionNumber = "",
            AccessionSystem = null,
            Orders = [],
            Metrics = [],
            Alignment = [],
            Sources = [.. sample.Sources.Select(s => s with { Number = -5, Description = "  ", Instances = 0 })],
        });

        Assert.Equal("not-performed", bundle.Entry.Select(e => e.Resource).OfType<Observation>().Single().DataAbsentReason!.Coding[0].Code);
        Assert.Single(bundle.Entry.Select(e => e.Resource).OfType<ImagingStudy>().Single().Identifier);
    }

    [Fact]
    public void AReportThatRevisesAnotherPointsAtIt()
    {
        var entity = Resource<Provenance>(ReportSamples.Report() with { Revises = "DiagnosticReport/old-1" }).Entity[^1];

        Assert.Equal((Provenance.ProvenanceEntityRole.Revision, "DiagnosticReport/old-1"), (entity.Role, entity.What!.Reference));
    }

    [Fact]
    public void UnusableInputIsRefusedWithEveryFaultAndNoValue()
    {
        var sample = ReportSamples.Report();
        var bad = sample with
        {
            JobKey = "job",
            Patient = "Patient/../secret",
            StudyInstanceUid = "1.2.x",
            Sources = [sample.Sources[0]],
            Metrics = [new ReportedMetric("MI", 1, "millimetre"), new ReportedMetric("mi", 1)],
        };

        var error = Assert.Throws<FusionReportException>(() => FusionReportBundle.Build(bad));

        Assert.Equal(EhrReasons.ReportInputInvalid, error.Code);
        Assert.Equal(["job-key", "uid", "two-sources", "ucum", "distinct", "reference"], error.Problems.Select(p => p.Rule));
        Assert.DoesNotContain("secret", error.Message);
    }

    [Fact]
    public void EveryReasonIsExplained()
    {
        var codes = typeof(EhrReasons).GetFields().Where(f => f.IsLiteral).Select(f => (string)f.GetRawConstantValue()!).ToList();

        Assert.Equal(codes.Order(StringComparer.Ordinal), EhrReasons.All.Select(r => r.Code).Order(StringComparer.Ordinal));
        Assert.All(EhrReasons.All, r => Assert.True(r.Text.EndsWith('.') && r.NextStep.EndsWith('.')));
        Assert.NotNull(EhrReasons.Find(EhrReasons.OrderRevoked));
    }

    internal static Bundle Parse(FusionReport report, ProvenanceWriting provenance = ProvenanceWriting.ConditionalOnTag) =>
        (Bundle)new FhirJsonDeserializer().DeserializeResource(Encoding.UTF8.GetString(FusionReportBundle.Build(report, provenance: provenance).Bytes.Span));

    private static T Resource<T>(FusionReport report) => Parse(report).Entry.Select(e => e.Resource).OfType<T>().Single();

    private static DiagnosticReport Report(FusionReport report) => Resource<DiagnosticReport>(report);

    private static string Html(DiagnosticReport report) => Encoding.UTF8.GetString(report.PresentedForm[0].Data!);
}
