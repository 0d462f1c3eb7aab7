using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace PacsFusion.Fhir;

/// <summary>An answer that was read whole.</summary>
internal sealed record EhrAnswer(HttpStatusCode Status, byte[] Body, HttpResponseHeaders Headers)
{
    public int Code => (int)Status;

    public bool IsSuccess => Code is >= 200 and < 300;

    /// <summary>The body as an object with the given resourceType; null where it is anything else.</summary>
    public JsonElement? Resource(string type)
    {
        if (Body.Length == 0) return null;
        try
        {
            using var document = JsonDocument.Parse(Body, new JsonDocumentOptions { MaxDepth = 64 });
            var root = document.RootElement;
            return root.ValueKind == JsonValueKind.Object && root.Text("resourceType") == type ? root.Clone() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>How long a caller waits where the server names no time, and the attempts that it made before.</summary>
internal readonly record struct EhrPatience(TimeSpan Backoff, int Attempt);

/// <summary>One call and its outcome: an answer, or a failure of section "retry classes"; the rest of the client decides on meaning only.</summary>
internal sealed class EhrExchange(HttpClient http, EhrClientOptions options, TimeProvider time)
{
    private const string FhirJson = "application/fhir+json";

    public Uri Base { get; } = new(options.BaseAddress.AbsoluteUri.TrimEnd('/'));

    public Task<(EhrAnswer? Answer, EhrFailure? Failure)> GetAsync(string relative, EhrPatience patience, CancellationToken cancellation) =>
        CallAsync(() => new HttpRequestMessage(HttpMethod.Get, Address(relative)), patience, cancellation);

    /// <summary>A search whose criteria travel in the body, since URLs end up in access logs.</summary>
    public async Task<(EhrAnswer? Answer, EhrFailure? Failure)> SearchAsync(string type, string query, EhrPatience patience, CancellationToken cancellation)
    {
        var result = await CallAsync(
            () =>
            {
                var request = new HttpRequestMessage(HttpMethod.Post, Address($"{type}/_search"))
                {
                    Content = new StringContent(query, Encoding.UTF8, "application/x-www-form-urlencoded"),
                };
                // A server must not drop a parameter that it does not know: that would return everybody.
                request.Headers.TryAddWithoutValidation("Prefer", "handling=strict");
                return request;
            },
            patience, cancellation).ConfigureAwait(false);
        if (result.Failure is not EhrFailure.Parked { Status: 404 or 405 or 415 or 501 } refused) return result;
        return options.AllowSearchByGet
            ? await GetAsync($"{type}?{query}", patience, cancellation).ConfigureAwait(false)
            : (null, new EhrFailure.Parked(EhrReasons.SearchByPostUnsupported, EhrRetryClass.Gate) { Status = refused.Status, Issues = refused.Issues });
    }

    public Task<(EhrAnswer? Answer, EhrFailure? Failure)> PostTransactionAsync(ReadOnlyMemory<byte> bundle, EhrPatience patience, CancellationToken cancellation) =>
        CallAsync(
            () =>
            {
                var content = new ReadOnlyMemoryContent(bundle);
                content.Headers.ContentType = new MediaTypeHeaderValue(FhirJson) { CharSet = "utf-8" };
                var request = new HttpRequestMessage(HttpMethod.Post, Base) { Content = content };
                request.Headers.TryAddWithoutValidation("Prefer", "return=minimal");
                return request;
            },
            patience, cancellation);

    private Uri Address(string relative) => new($"{Base.AbsoluteUri}/{relative}");

    private async Task<(EhrAnswer? Answer, EhrFailure? Failure)> CallAsync(Func<HttpRequestMessage> make, EhrPatience patience, CancellationToken cancellation)
    {
        var (answer, failure) = await OnceAsync(make, patience, cancellation).ConfigureAwait(false);
        // A token may have expired between two calls: one more try at once, never two.
        if (failure is EhrFailure.Parked { Class: EhrRetryClass.Token })
            (answer, failure) = await OnceAsync(make, patience, cancellation).ConfigureAwait(false);
        return (answer, failure);
    }

    private async Task<(EhrAnswer? Answer, EhrFailure? Failure)> OnceAsync(Func<HttpRequestMessage> make, EhrPatience patience, CancellationToken cancellation)
    {
        using var request = make();
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(FhirJson));
        request.Headers.CacheControl = new CacheControlHeaderValue { NoCache = true };
        if (options.BearerToken is { } token) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        var asked = request.RequestUri;

        using var deadline = new CancellationTokenSource(options.RequestTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, deadline.Token);
        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token).ConfigureAwait(false);
            // A handler that follows redirects by itself shows it by another request address.
            if (response.RequestMessage?.RequestUri is { } reached && reached != asked)
                return (null, new EhrFailure.Parked(EhrReasons.Redirected, EhrRetryClass.Refused));
            var body = await ReadAsync(response.Content, either.Token).ConfigureAwait(false);
            if (body is null)
                return (null, new EhrFailure.Parked(EhrReasons.AnswerTooLarge, EhrRetryClass.Refused) { Status = (int)response.StatusCode });
            var answer = new EhrAnswer(response.StatusCode, body, response.Headers);
            return answer.IsSuccess ? (answer, null) : (null, Classify(answer, patience));
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return (null, Unknown(patience));
        }
        catch (HttpRequestException e) when (e.HttpRequestError is HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError
            or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError)
        {
            return (null, new EhrFailure.RetryAfter(patience.Backoff, EhrReasons.NotReachable, EhrRetryClass.NotSent));
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            cancellation.ThrowIfCancellationRequested();
            return (null, Unknown(patience));
        }
    }

    public static EhrFailure.RetryAfter Unknown(EhrPatience patience) =>
        new(patience.Backoff, EhrReasons.OutcomeUnknown, EhrRetryClass.Unknown);

    private EhrFailure Classify(EhrAnswer answer, EhrPatience patience)
    {
        var issues = Issues(answer);
        var backoff = patience.Backoff;
        var asked = RetryAfter(answer);
        EhrFailure failure = answer.Code switch
        {
            429 => new EhrFailure.RetryAfter(asked ?? backoff, EhrReasons.Throttled, EhrRetryClass.Throttled),
            408 or 500 or 502 or 503 or 504 => new EhrFailure.RetryAfter(asked > backoff ? asked.Value : backoff, EhrReasons.OutcomeUnknown, EhrRetryClass.Unknown),
            401 => new EhrFailure.Parked(EhrReasons.Unauthorized, EhrRetryClass.Token),
            403 => new EhrFailure.Parked(EhrReasons.Forbidden, EhrRetryClass.Refused),
            409 when patience.Attempt < options.MaxConflicts => new EhrFailure.RetryAfter(backoff, EhrReasons.Conflict, EhrRetryClass.Conflict),
            409 => new EhrFailure.Parked(EhrReasons.Conflict, EhrRetryClass.Conflict),
            412 when issues.Any(i => i.Code == "multiple-matches") => new EhrFailure.Parked(EhrReasons.MultipleMatches, EhrRetryClass.Conflict),
            412 => new EhrFailure.Parked(EhrReasons.PreconditionFailed, EhrRetryClass.Conflict),
            >= 300 and < 400 => new EhrFailure.Parked(EhrReasons.Redirected, EhrRetryClass.Refused),
            _ => new EhrFailure.Parked(EhrReasons.Refused, EhrRetryClass.Refused),
        };
        return failure with { Status = answer.Code, Issues = issues };
    }

    private TimeSpan? RetryAfter(EhrAnswer answer)
    {
        var header = answer.Headers.RetryAfter;
        var wait = header?.Delta ?? (header?.Date is { } date ? date - time.GetUtcNow() : (TimeSpan?)null);
        return wait is null ? null : TimeSpan.FromTicks(Math.Clamp(wait.Value.Ticks, 0, options.RetryAfterCap.Ticks));
    }

    private static IReadOnlyList<EhrIssue> Issues(EhrAnswer answer)
    {
        if (answer.Resource("OperationOutcome") is not { } outcome) return [];
        return [.. outcome.Items("issue").Take(20).Select(i => new EhrIssue(
            Token(i.Text("severity")) ?? "error", Token(i.Text("code")) ?? "unknown",
            i.Items("expression").Concat(i.Items("location")).Where(x => x.ValueKind == JsonValueKind.String).Select(x => Path(x.GetString())).FirstOrDefault()))];
    }

    /// <summary>Codes are short words; anything else could be free text with personal data in it.</summary>
    private static string? Token(string? text) =>
        text is { Length: > 0 and <= 32 } && text.All(c => char.IsAsciiLetterLower(c) || c == '-') ? text : null;

    /// <summary>An element path without quoted values in it.</summary>
    private static string? Path(string? text) =>
        text is { Length: > 0 and <= 200 } && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '[' or ']' or '(' or ')' or '/' or ':') ? text : null;

    private async Task<byte[]?> ReadAsync(HttpContent content, CancellationToken cancellation)
    {
        if (content.Headers.ContentLength > options.MaxAnswerBytes) return null;
        var expected = content.Headers.ContentLength;
        await using var stream = await content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        using var all = new MemoryStream((int)Math.Min(expected ?? 4096, 1 << 20));
        var buffer = new byte[16384];
        int count;
        while ((count = await stream.ReadAsync(buffer, cancellation).ConfigureAwait(false)) > 0)
        {
            if (all.Length + count > options.MaxAnswerBytes) return null;
            all.Write(buffer, 0, count);
        }
        return all.ToArray();
    }
}
