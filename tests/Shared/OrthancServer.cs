using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace PacsFusion.Tests;

/// <summary>Orthanc as the PACS, in a folder and on ports of its own.</summary>
internal sealed class OrthancServer : IDisposable
{
    public const string AeTitle = "ORTHANC";
    private readonly string _folder;
    private ChildProcess _process;

    private OrthancServer(string folder, int dicomPort, int httpPort)
    {
        _folder = folder;
        DicomPort = dicomPort;
        HttpPort = httpPort;
        Http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{httpPort}/"), Timeout = TimeSpan.FromSeconds(60) };
        _process = Launch();
    }

    public int DicomPort { get; }

    public int HttpPort { get; }

    public HttpClient Http { get; }

    /// <summary>Starts a server and waits until it answers; the calling test skips where Orthanc is not installed.</summary>
    public static async Task<OrthancServer> StartAsync()
    {
        ChildProcess.Require("Orthanc");
        var folder = Directory.CreateTempSubdirectory("pacsfusion-orthanc-").FullName;
        int dicom = ChildProcess.FreePort(), http = ChildProcess.FreePort();
        const string Plugin = "/usr/share/orthanc/plugins/libOrthancDicomWeb.so";
        var configuration = new JsonObject
        {
            ["Name"] = "PACS",
            ["DicomAet"] = AeTitle,
            ["DicomPort"] = dicom,
            ["HttpPort"] = http,
            ["RemoteAccessAllowed"] = false,
            ["AuthenticationEnabled"] = false,
            ["StorageDirectory"] = Path.Combine(folder, "db"),
            ["IndexDirectory"] = Path.Combine(folder, "db"),
            ["Plugins"] = File.Exists(Plugin) ? new JsonArray(Plugin) : [],
            ["DicomWeb"] = new JsonObject { ["Enable"] = true, ["Root"] = "/dicom-web/" },
            ["DicomCheckCalledAet"] = true,
            ["DicomAlwaysAllowStore"] = true,
            ["DicomAlwaysAllowEcho"] = true,
            ["DicomAlwaysAllowFind"] = true,
            ["OverwriteInstances"] = false,
            ["StableAge"] = 5,
        };
        Directory.CreateDirectory(Path.Combine(folder, "db"));
        File.WriteAllText(Path.Combine(folder, "orthanc.json"), configuration.ToJsonString());
        var server = new OrthancServer(folder, dicom, http);
        await server.ReadyAsync();
        return server;
    }

    /// <summary>Kills the server; its store stays.</summary>
    public void Stop() => _process.Dispose();

    /// <summary>Starts it again on the same store and ports.</summary>
    public async Task RestartAsync()
    {
        _process = Launch();
        await ReadyAsync();
    }

    /// <summary>Answers a REST path with JSON.</summary>
    public async Task<JsonNode> GetAsync(string path) => (await Http.GetFromJsonAsync<JsonNode>(path))!;

    /// <summary>Orthanc's ids of the resources of a level that match.</summary>
    public async Task<IReadOnlyList<string>> FindAsync(string level, JsonObject query)
    {
        using var body = new StringContent(new JsonObject { ["Level"] = level, ["Query"] = query }.ToJsonString(), Encoding.UTF8, "application/json");
        using var answer = await Http.PostAsync("tools/find", body);
        return [.. JsonNode.Parse(await answer.Content.ReadAsStringAsync())!.AsArray().Select(id => id!.GetValue<string>())];
    }

    /// <summary>Writes every instance of a series below a folder.</summary>
    public async Task<IReadOnlyList<string>> DownloadSeriesAsync(string seriesInstanceUid, string folder)
    {
        Directory.CreateDirectory(folder);
        var paths = new List<string>();
        foreach (var id in await FindAsync("Instance", new JsonObject { ["SeriesInstanceUID"] = seriesInstanceUid }))
        {
            var path = Path.Combine(folder, id + ".dcm");
            await File.WriteAllBytesAsync(path, await Http.GetByteArrayAsync($"instances/{id}/file"));
            paths.Add(path);
        }
        return paths;
    }

    public void Dispose()
    {
        _process.Dispose();
        Http.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private ChildProcess Launch() => ChildProcess.Start(ChildProcess.Require("Orthanc"), [Path.Combine(_folder, "orthanc.json")], _folder, new Dictionary<string, string> { ["TCP_NODELAY"] = "1" });

    private async Task ReadyAsync()
    {
        var ready = false;
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        for (var i = 0; i < 300 && !ready; i++)
        {
            await tick.WaitForNextTickAsync();
            try
            {
                ready = (await Http.GetAsync("system")).IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                Assert.False(_process.HasExited, $"Orthanc ended at start:\n{_process.Output}");
            }
        }
        Assert.True(ready, "Orthanc did not answer within 30 s.");
    }
}
