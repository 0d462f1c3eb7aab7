namespace PacsFusion.Fhir.Tests;

/// <summary>Invariant 1, one patient, on the EHR's side: the traps of the counterpart's seed.</summary>
public sealed class PatientAndOrderTests(LenientEhrFixture fixture) : IClassFixture<LenientEhrFixture>
{
    private const string Hospital = "urn:oid:1.2.276.0.76.9.1", Other = "urn:oid:1.2.276.0.76.9.2";

    [Theory]
    [InlineData(Hospital, "PID-10001", "1951-03-07", "F", "Patient/pat-0001")]
    [InlineData(Hospital, "PID-10007", "1951-03-07", "F", "Patient/pat-0007")] // a namesake born the same day
    [InlineData(Hospital, "PID-10005", "2001-12-24", "O", "Patient/pat-0005")]
    [InlineData(Other, "PID-10005", "1990-07-01", "F", "Patient/pat-0006")] // same number, other issuer; the EHR knows only the year
    [InlineData(Hospital, "PID-10001", null, null, "Patient/pat-0001")]
    public async Task OnePatientWhoFitsIsFound(string system, string value, string? birthDate, string? sex, string expected)
    {
        var client = fixture.Client(await fixture.FreshAsync());

        var found = Assert.IsType<PatientResolution.Found>(await client.ResolvePatientAsync(system, value, Date(birthDate), sex, default));

        Assert.Equal((expected, null), (found.Reference, found.Replaced));
    }

    [Theory]
    [InlineData("PID-10001", "1951-03-08", "F", EhrReasons.PatientBirthDateContradicts)]
    [InlineData("PID-10001", "1951-03-07", "M", EhrReasons.PatientSexContradicts)]
    [InlineData("PID-10009", "1933-02-28", "M", EhrReasons.PatientBirthDateContradicts)] // fits the replaced record, not the one that would get the report
    public async Task AContradictionIsNeverReportedOn(string value, string birthDate, string sex, string code)
    {
        var client = fixture.Client(await fixture.FreshAsync());

        var result = await client.ResolvePatientAsync(Hospital, value, Date(birthDate), sex, default);

        Assert.Equal(code, Assert.IsType<PatientResolution.Contradiction>(result).Code);
    }

    [Fact]
    public async Task AYearAloneMustAgreeToo()
    {
        var client = fixture.Client(await fixture.FreshAsync());

        Assert.IsType<PatientResolution.Contradiction>(await client.ResolvePatientAsync(Other, "PID-10005", new DateOnly(1991, 1, 1), null, default));
    }

    [Fact]
    public async Task AReplacedRecordLeadsToItsSuccessorAndBothAreTold()
    {
        var client = fixture.Client(await fixture.FreshAsync());

        var found = Assert.IsType<PatientResolution.Found>(await client.ResolvePatientAsync(Hospital, "PID-10009", new DateOnly(1958, 8, 15), "M", default));

        Assert.Equal(("Patient/pat-0008", "Patient/pat-0009"), (found.Reference, found.Replaced));
        Assert.Equal(["ServiceRequest/sr-0009"], Assert.IsType<OrderLookup.Found>(await client.FindOrderAsync("ACC-2026-000125", found, default)).References);
    }

    [Fact]
    public async Task AnInactiveRecordWithoutSuccessorIsNotUsed()
    {
        var ehr = await fixture.FreshAsync();
        await PutAsync(ehr.BaseAddress, "Patient/gone", """{"resourceType":"Patient","id":"gone","active":false,"identifier":[{"system":"urn:oid:1.2.3","value":"X"}]}""");

        Assert.IsType<PatientResolution.Inactive>(await fixture.Client(ehr).ResolvePatientAsync("urn:oid:1.2.3", "X", null, null, default));
    }

    [Fact]
    public async Task ASuccessorThatIsItselfReplacedIsNotUsed()
    {
        var ehr = await fixture.FreshAsync();
        await PutAsync(ehr.BaseAddress, "Patient/old", """{"resourceType":"Patient","id":"old","active":false,"identifier":[{"system":"urn:oid:1.2.3","value":"X"}],"link":[{"other":{"reference":"Patient/pat-0009"},"type":"replaced-by"}]}""");

        Assert.IsType<PatientResolution.Inactive>(await fixture.Client(ehr).ResolvePatientAsync("urn:oid:1.2.3", "X", null, null, default));
    }

    [Fact]
    public async Task TwoPatientsWithOneIdentifierAreAmbiguous()
    {
        var ehr = await fixture.FreshAsync();
        await PutAsync(ehr.BaseAddress, "Patient/twin", """{"resourceType":"Patient","id":"twin","identifier":[{"system":"urn:oid:1.2.276.0.76.9.1","value":"PID-10001"}]}""");

        Assert.IsType<PatientResolution.Ambiguous>(await fixture.Client(ehr).ResolvePatientAsync(Hospital, "PID-10001", null, null, default));
    }

    [Fact]
    public async Task AnUnknownPatientIsAskedForAgainLater()
    {
        var client = fixture.Client(await fixture.FreshAsync());

        Assert.Equal(TimeSpan.FromMinutes(15), Assert.IsType<PatientResolution.NotFound>(await client.ResolvePatientAsync(Hospital, "PID-99999", null, null, default)).Delay);
    }

    [Fact]
    public async Task SearchCharactersInAnIdentifierAreText()
    {
        var ehr = await fixture.FreshAsync();
        await PutAsync(ehr.BaseAddress, "Patient/odd", """{"resourceType":"Patient","id":"odd","identifier":[{"system":"urn:oid:1.2.3","value":"a|b&c=d e+f%"}]}""");

        var client = fixture.Client(ehr);
        Assert.IsType<PatientResolution.Found>(await client.ResolvePatientAsync("urn:oid:1.2.3", "a|b&c=d e+f%", null, null, default));
        Assert.IsType<PatientResolution.NotFound>(await client.ResolvePatientAsync("urn:oid:1.2.3", "a,PID-10001", null, null, default));
    }

    [Fact]
    public async Task TheOrderIsFoundByAccessionNumber()
    {
        var client = fixture.Client(await fixture.FreshAsync());

        var orders = await client.FindOrderAsync("ACC-2026-000117", new PatientResolution.Found("Patient/pat-0001", null), default);

        Assert.Equal(["ServiceRequest/sr-0001"], Assert.IsType<OrderLookup.Found>(orders).References);
    }

    [Fact]
    public async Task WithoutAConfiguredSystemTheOrderIsFoundByIdentifierType()
    {
        var ehr = await fixture.FreshAsync();
        using var http = new HttpClient(EhrClient.CreateHandler());
        var client = new EhrClient(http, EhrFixture.Options(ehr.BaseAddress) with { AccessionSystem = null }, TimeProvider.System);

        Assert.IsType<OrderLookup.Found>(await client.FindOrderAsync("ACC-2026-000117", new PatientResolution.Found("Patient/pat-0001", null), default));
    }

    [Theory]
    [InlineData("ACC-2026-000121", "Patient/pat-0005", EhrReasons.OrderRevoked)]
    [InlineData("ACC-2026-000117", "Patient/pat-0007", EhrReasons.OrderOfAnotherPatient)]
    public async Task AnOrderThatMustNotBeReportedOnParksTheJob(string accession, string patient, string code)
    {
        var client = fixture.Client(await fixture.FreshAsync());

        var result = await client.FindOrderAsync(accession, new PatientResolution.Found(patient, null), default);

        Assert.Equal(code, Assert.IsType<EhrFailure.Parked>(Assert.IsType<OrderLookup.Failed>(result).Failure).Code);
    }

    [Fact]
    public async Task AnUnknownAccessionNumberIsNoObstacle()
    {
        var client = fixture.Client(await fixture.FreshAsync());

        Assert.IsType<OrderLookup.None>(await client.FindOrderAsync("ACC-0", new PatientResolution.Found("Patient/pat-0001", null), default));
    }

    [Fact]
    public async Task NoIdentifierEverStandsInAUrl_invariant7()
    {
        var ehr = await fixture.FreshAsync();
        var client = fixture.Client(ehr);
        var patient = Assert.IsType<PatientResolution.Found>(await client.ResolvePatientAsync(Hospital, "PID-10001", new DateOnly(1951, 3, 7), "F", default));
        await client.FindOrderAsync("ACC-2026-000117", patient, default);
        var bundle = FusionReportBundle.Build(ReportSamples.Report());
        await client.DeliverAsync(bundle.Bytes, bundle.JobKey, 0, default);

        var urls = (await ehr.LogAsync()).Select(e => e.GetProperty("url").GetString()!).ToList();

        Assert.Equal(4, urls.Count);
        Assert.All(urls, u => Assert.False(u.Contains("PID-", StringComparison.Ordinal) || u.Contains("ACC-", StringComparison.Ordinal) || u.Contains("1951", StringComparison.Ordinal)));
    }

    private static DateOnly? Date(string? text) => text is null ? null : DateOnly.ParseExact(text, "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);

    private static async Task PutAsync(Uri address, string what, string json)
    {
        using var http = new HttpClient();
        using var content = new StringContent(json, null, "application/fhir+json");
        using var answer = await http.PutAsync($"{address}/{what}", content);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }
}
