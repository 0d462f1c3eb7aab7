using System.Net;
using System.Net.Http.Headers;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Microsoft.Extensions.Time.Testing;

namespace PacsFusion.Fhir.Tests;

public sealed class EhrClientTests
{
    private const string Empty = """{"resourceType":"Bundle","type":"searchset","total":0}""";
    private static readonly DateTimeOffset s_now = new(2026, 3, 2, 10, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(400, EhrReasons.Refused), InlineData(403, EhrReasons.Forbidden), InlineData(404, EhrReasons.Refused), InlineData(405, EhrReasons.Refused)]
    [InlineData(406, EhrReasons.Refused), InlineData(410, EhrReasons.Refused), InlineData(413, EhrReasons.Refused), InlineData(415, EhrReasons.Refused)]
    [InlineData(422, EhrReasons.Refused), InlineData(501, EhrReasons.Refused), InlineData(412, EhrReasons.PreconditionFailed)]
    [InlineData(301, EhrReasons.Redirected), InlineData(302, EhrReasons.Redirected), InlineData(307, EhrReasons.Redirected), InlineData(308, EhrReasons.Redirected)]
    public async Task AnAnswerThatRepeatingCannotChangeParksTheJob(int status, string code)
    {
        var failure = Assert.IsType<EhrFailure.Parked>(await FailureOfSendingAsync((_, _) => ScriptedServer.Status(status)));

        Assert.Equal((code, status, false), (failure.Code, failure.Status, failure.WholeEndpoint));
    }

    [Theory]
    [InlineData(408), InlineData(500), InlineData(502), InlineData(503), InlineData(504)]
    public async Task AnAnswerThatDoesNotTellIsUnknown(int status)
    {
        var failure = Assert.IsType<EhrFailure.RetryAfter>(await FailureOfSendingAsync((_, _) => ScriptedServer.Status(status)));

        Assert.Equal((EhrReasons.OutcomeUnknown, EhrRetryClass.Unknown, true), (failure.Code, failure.Class, failure.CountsAsAttempt));
    }

    [Theory]
    [InlineData("""{"resourceType":"Bundle","type":"transaction-response"}""")] // entries missing
    [InlineData("""{"resourceType":"Bundle","type":"transaction-response","entry":[""")]
    [InlineData("""{"resourceType":"OperationOutcome","issue":[{"severity":"information","code":"informational"}]}""")]
    [InlineData("<html>")]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("null")]
    public async Task ASuccessThatDoesNotSayWhatWasStoredIsUnknown(string body)
    {
        var failure = Assert.IsType<EhrFailure.RetryAfter>(await FailureOfSendingAsync((_, _) => ScriptedServer.Json(body)));

        Assert.Equal(EhrRetryClass.Unknown, failure.Class);
    }

    [Fact]
    public async Task FreeTextOfTheServerIsNotKept_invariant7()
    {
        var failure = await FailureOfSendingAsync((_, _) => ScriptedServer.Json(
            """{"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"invalid","diagnostics":"patient Jane Doe","details":{"text":"Jane"},"expression":["Patient.where(name='Jane')"]},{"severity":"error","code":"Jane Doe","location":["Bundle.entry[0].resource"]}]}""",
            HttpStatusCode.UnprocessableEntity));

        Assert.Equal([new EhrIssue("error", "invalid", null), new EhrIssue("error", "unknown", "Bundle.entry[0].resource")], failure.Issues);
        Assert.DoesNotContain("Jane", string.Join(' ', failure.Issues));
    }

    [Theory]
    [InlineData("120", 120)]
    [InlineData("Mon, 02 Mar 2026 10:03:20 GMT", 200)]
    [InlineData("Mon, 02 Mar 2026 09:00:00 GMT", 0)]
    [InlineData("86400", 900)] // capped
    public async Task WhenThrottledTheServersWaitCounts_butNoAttempt(string header, int seconds)
    {
        var failure = Assert.IsType<EhrFailure.RetryAfter>(await FailureOfSendingAsync(
            (_, _) =>
            {
                var answer = ScriptedServer.Status(429);
                answer.Headers.TryAddWithoutValidation("Retry-After", header);
                return answer;
            },
            new FakeTimeProvider(s_now)));

        Assert.Equal((EhrReasons.Throttled, TimeSpan.FromSeconds(seconds), false, true), (failure.Code, failure.Delay, failure.CountsAsAttempt, failure.WholeEndpoint));
    }

    [Fact]
    public async Task ALongerRetryAfterWinsOverTheOwnDelay()
    {
        var failure = Assert.IsType<EhrFailure.RetryAfter>(await FailureOfSendingAsync((_, _) =>
        {
            var answer = ScriptedServer.Status(503);
            answer.Headers.RetryAfter = new RetryConditionHeaderValue(TimeSpan.FromSeconds(77));
            return answer;
        }));

        Assert.Equal(TimeSpan.FromSeconds(77), failure.Delay);
    }

    [Fact]
    public async Task ConflictsAreDecidedAgainThreeTimesThenParked()
    {
        for (var attempt = 0; attempt < 5; attempt++)
        {
            var failure = await FailureOfSendingAsync((_, _) => ScriptedServer.Status(409), attempt: attempt);
            Assert.Equal((attempt >= 3, EhrReasons.Conflict), (failure is EhrFailure.Parked, failure.Code));
        }
    }

    [Fact]
    public async Task ARefusedTokenIsTriedOnceMore_thenTheEndpointIsParked()
    {
        var server = new ScriptedServer((_, _) => ScriptedServer.Status(401));
        var client = server.Client(change: o => o with { BearerToken = "secret-token" });

        var failure = Assert.IsType<EhrFailure.Parked>(Assert.IsType<DeliveryResult.Failed>(await client.DeliverAsync(new byte[] { 1 }, "job", 0, default)).Failure);

        Assert.Equal((EhrReasons.Unauthorized, true, 2), (failure.Code, failure.WholeEndpoint, server.Requests.Count));
        Assert.All(server.Requests, r => Assert.Equal("Bearer secret-token", r.Authorization));
        Assert.DoesNotContain("secret", failure.ToString());
    }

    [Fact]
    public async Task ARedirectThatTheHandlerFollowedIsNoticed()
    {
        var failure = await FailureOfSendingAsync((request, _) =>
        {
            var answer = ScriptedServer.Json("{}");
            answer.RequestMessage = new HttpRequestMessage(HttpMethod.Get, "https://elsewhere.example/");
            return answer;
        });

        Assert.Equal(EhrReasons.Redirected, failure.Code);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AnAnswerBeyondTheLimitIsNotRead(bool lengthTold)
    {
        var server = new ScriptedServer((_, _) =>
        {
            var content = lengthTold ? (HttpContent)new ByteArrayContent(new byte[5000]) : new StreamContent(new EndlessStream());
            return new HttpResponseMessage { Content = content };
        });

        var result = await server.Client(change: o => o with { MaxAnswerBytes = 4096 }).GetCapabilitiesAsync(default);

        Assert.Equal(EhrReasons.AnswerTooLarge, Assert.IsType<CapabilityLookup.Failed>(result).Failure.Code);
    }

    [Fact]
    public async Task NobodyListeningMeansNothingWasSent()
    {
        using var http = new HttpClient(EhrClient.CreateHandler());
        var client = new EhrClient(http, EhrFixture.Options(new Uri("http://127.0.0.1:1/fhir")), TimeProvider.System);

        var failure = Assert.IsType<EhrFailure.RetryAfter>(Assert.IsType<CapabilityLookup.Failed>(await client.GetCapabilitiesAsync(default)).Failure);

        Assert.Equal((EhrReasons.NotReachable, EhrRetryClass.NotSent, true), (failure.Code, failure.Class, failure.WholeEndpoint));
    }

    [Fact]
    public async Task AFailedLookUpIsNotRepeatedAtOnce()
    {
        var server = new ScriptedServer((_, _) => ScriptedServer.Status(503));

        var failure = Assert.IsType<EhrFailure.RetryAfter>(Assert.IsType<PatientResolution.Failed>(await server.Client().ResolvePatientAsync("s", "V", null, null, default)).Failure);

        Assert.InRange(failure.Delay, TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task NoAnswerInTimeIsUnknown()
    {
        var time = new FakeTimeProvider(s_now);
        var asked = new TaskCompletionSource();
        var server = new ScriptedServer(async (_, _, cancellation) =>
        {
            asked.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellation);
            return null!;
        });

        var call = server.Client(time).GetCapabilitiesAsync(default);
        await asked.Task;
        time.Advance(TimeSpan.FromSeconds(30));

        Assert.Equal(EhrRetryClass.Unknown, Assert.IsType<CapabilityLookup.Failed>(await call).Failure.Class);
    }

    [Fact]
    public async Task CancellationByTheCallerIsHonoured()
    {
        using var cancel = new CancellationTokenSource();
        var asked = new TaskCompletionSource();
        var server = new ScriptedServer(async (_, _, cancellation) =>
        {
            asked.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellation);
            return null!;
        });

        var call = server.Client().GetCapabilitiesAsync(cancel.Token);
        await asked.Task;
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
    }

    [Theory]
    [InlineData("""{"identifier":[{"system":"s","value":"OTHER"}]}""")] // the server ignored the criteria
    [InlineData("""{"identifier":[{"system":"t","value":"V"}]}""")]
    [InlineData("""{}""")]
    public async Task APatientWhoWasNotAskedForIsNeverUsed_invariant1(string fields)
    {
        var patient = """{"resourceType":"Patient","id":"p" """ + (fields.Length > 2 ? "," : "") + fields[1..];
        var server = new ScriptedServer((_, _) => ScriptedServer.Json($$"""{"resourceType":"Bundle","type":"searchset","entry":[{"resource":{{patient}}}]}"""));

        var failure = Assert.IsType<PatientResolution.Failed>(await server.Client().ResolvePatientAsync("s", "V", null, null, default)).Failure;

        Assert.Equal(EhrReasons.SearchUntrusted, failure.Code);
    }

    [Fact]
    public async Task MorePagesOfPatientsAreAmbiguous()
    {
        var server = new ScriptedServer((_, _) => ScriptedServer.Json(
            """{"resourceType":"Bundle","type":"searchset","link":[{"relation":"next","url":"x"}],"entry":[{"resource":{"resourceType":"Patient","id":"p","identifier":[{"system":"s","value":"V"}]}}]}"""));

        Assert.IsType<PatientResolution.Ambiguous>(await server.Client().ResolvePatientAsync("s", "V", null, null, default));
    }

    [Fact]
    public async Task WithoutSearchByPostTheNodeSaysSoRatherThanPutIdentifiersIntoUrls()
    {
        static HttpResponseMessage OnlyGet(HttpRequestMessage r, string _) => r.Method == HttpMethod.Post ? ScriptedServer.Status(405) : ScriptedServer.Json(Empty);
        var strict = new ScriptedServer(OnlyGet);
        var allowed = new ScriptedServer(OnlyGet);

        var refused = await strict.Client().ResolvePatientAsync("s", "V", null, null, default);
        var answered = await allowed.Client(change: o => o with { AllowSearchByGet = true }).ResolvePatientAsync("s", "V", null, null, default);

        Assert.Equal(EhrReasons.SearchByPostUnsupported, Assert.IsType<PatientResolution.Failed>(refused).Failure.Code);
        Assert.Equal(("https://ehr.example/fhir/Patient/_search", "identifier=s%7CV"), (Assert.Single(strict.Requests).Url, strict.Requests[0].Body));
        Assert.IsType<PatientResolution.NotFound>(answered);
    }

    [Theory]
    [InlineData("4.0.1", """{"type":"Provenance","updateCreate":true}""", ProvenanceWriting.UpdateAsCreate)]
    [InlineData("4.0.1", """{"type":"Provenance","conditionalCreate":true,"searchParam":[{"name":"_tag","type":"token"}]}""", ProvenanceWriting.ConditionalOnTag)]
    [InlineData("4.0.0", """{"type":"Provenance","conditionalCreate":true}""", ProvenanceWriting.PlainCreate)]
    [InlineData("4.0.1", """{"type":"Patient"}""", ProvenanceWriting.PlainCreate)]
    public async Task TheServersStatementDecidesHowTheProvenanceIsWritten_andIsReadOnce(string version, string resource, ProvenanceWriting expected)
    {
        var server = new ScriptedServer((_, _) => ScriptedServer.Json(Statement(version, "transaction", resource)));
        var client = server.Client();

        var known = Assert.IsType<CapabilityLookup.Known>(await client.GetCapabilitiesAsync(default));
        await client.GetCapabilitiesAsync(default);

        Assert.Equal(expected, known.Capabilities.Provenance);
        Assert.Single(server.Requests);
    }

    [Theory]
    [InlineData("5.0.0", "transaction", EhrReasons.VersionUnsupported)]
    [InlineData("3.0.2", "transaction", EhrReasons.VersionUnsupported)]
    [InlineData("4.0.1", "batch", EhrReasons.TransactionUnsupported)]
    public async Task AServerThatCannotBeUsedIsNamedAsSuch(string version, string interaction, string code)
    {
        var server = new ScriptedServer((_, _) => ScriptedServer.Json(Statement(version, interaction, """{"type":"Provenance"}""")));

        Assert.Equal(code, Assert.IsType<CapabilityLookup.Failed>(await server.Client().GetCapabilitiesAsync(default)).Failure.Code);
    }

    [Property]
    public Property DelaysGrowWithTheAttemptAndStayUnderTheCap(NonNegativeInt attempt, NonNull<string> job, byte factor)
    {
        var options = new EhrClientOptions { BaseAddress = new Uri("https://ehr.example/fhir"), BackoffFactor = 1 + (factor % 10) };
        var delay = EhrBackoff.Delay(options, job.Get, attempt.Get);
        var limit = Math.Min(300, Math.Pow(options.BackoffFactor, attempt.Get));

        return (delay >= TimeSpan.Zero && delay.TotalSeconds <= limit && delay == EhrBackoff.Delay(options, job.Get, attempt.Get)).ToProperty();
    }

    [Fact]
    public void JobsDoNotComeBackAllAtOnce()
    {
        var options = new EhrClientOptions { BaseAddress = new Uri("https://ehr.example/fhir") };

        Assert.True(Enumerable.Range(0, 100).Select(i => (int)(EhrBackoff.Delay(options, $"job {i}", 9).TotalSeconds / 30)).Distinct().Count() >= 8);
    }

    private static string Statement(string version, string interaction, string resource) =>
        $$"""{"resourceType":"CapabilityStatement","fhirVersion":"{{version}}","rest":[{"mode":"server","interaction":[{"code":"{{interaction}}"}],"resource":[{{resource}}]}]}""";

    /// <summary>Delivers to a server that has no report yet and answers the transaction as scripted.</summary>
    private static async Task<EhrFailure> FailureOfSendingAsync(Func<HttpRequestMessage, string, HttpResponseMessage> answer, TimeProvider? time = null, int attempt = 0)
    {
        var bundle = FusionReportBundle.Build(ReportSamples.Report());
        var server = new ScriptedServer((request, body) => request.Method == HttpMethod.Get ? ScriptedServer.Json(Empty) : answer(request, body));

        var result = await server.Client(time).DeliverAsync(bundle.Bytes, bundle.JobKey, attempt, default);

        Assert.Equal(2, server.Requests.Count);
        return Assert.IsType<DeliveryResult.Failed>(result).Failure;
    }

    private sealed class EndlessStream : MemoryStream
    {
        public override bool CanSeek => false;

        public override int Read(byte[] buffer, int offset, int count) => count;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => ValueTask.FromResult(buffer.Length);
    }
}
