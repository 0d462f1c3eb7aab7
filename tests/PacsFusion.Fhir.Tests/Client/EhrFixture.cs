using PacsFusion.Tests;

namespace PacsFusion.Fhir.Tests;

/// <summary>A counterpart that looks at nothing it stores: quick to start, for tests of what is read.</summary>
public sealed class LenientEhrFixture() : EhrFixture("--validators", "none");

/// <summary>A counterpart with all its validators.</summary>
public sealed class StrictEhrFixture() : EhrFixture;

/// <summary>One counterpart for a class of tests; each test starts from the seed.</summary>
public abstract class EhrFixture(params string[] options) : IAsyncDisposable
{
    private readonly HttpClient _http = new(EhrClient.CreateHandler());
    private EhrCounterpart? _server;

    internal async Task<EhrCounterpart> FreshAsync()
    {
        _server ??= await EhrCounterpart.StartAsync(options);
        await _server.ResetAsync();
        await _server.ConfigureAsync(new { updateCreate = true });
        return _server;
    }

    internal EhrClient Client(EhrCounterpart server, TimeSpan? timeout = null) => new(_http, Options(server.BaseAddress, timeout), TimeProvider.System);

    internal static EhrClientOptions Options(Uri address, TimeSpan? timeout = null) => new()
    {
        BaseAddress = address,
        AccessionSystem = "https://hospital.example/fhir/NamingSystem/accession",
        RequestTimeout = timeout ?? TimeSpan.FromSeconds(30),
    };

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        _http.Dispose();
        if (_server is not null) await _server.DisposeAsync();
    }
}
