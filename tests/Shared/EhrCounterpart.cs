using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace PacsFusion.Tests;

/// <summary>The EHR of the shared counterparts as a process of its own: a FHIR R4 server that validates every write and injects faults.</summary>
internal sealed class EhrCounterpart : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);
    private readonly Process _process;
    private readonly HttpClient _admin = new() { Timeout = s_patience };
    private readonly Uri _adminBase;

    private EhrCounterpart(Process process, Uri baseAddress, Uri adminBase)
    {
        _process = process;
        BaseAddress = baseAddress;
        _adminBase = adminBase;
    }

    /// <summary>FHIR base address.</summary>
    public Uri BaseAddress { get; }

    /// <summary>Starts the server on a free port with its seed of patients; the calling test skips where Node, npm or the shared folder is absent.</summary>
    /// <param name="options">Further command line options, see the counterpart's README.</param>
    public static async Task<EhrCounterpart> StartAsync(params string[] options)
    {
        var folder = await InstalledAsync(SharedData.Require("counterparts", "ehr", "server.mjs"));
        var start = new ProcessStartInfo("node") { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])["server.mjs", "--seed", "seed.json", .. options]) start.ArgumentList.Add(argument);
        var process = Process.Start(start) ?? throw new InvalidOperationException("node did not start");
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        try
        {
            var line = await process.StandardOutput.ReadLineAsync().WaitAsync(s_patience) ?? throw new InvalidOperationException("the EHR ended before it was ready");
            var ready = JsonDocument.Parse(line).RootElement;
            return new EhrCounterpart(process, new Uri(ready.GetProperty("base").GetString()!), new Uri(ready.GetProperty("admin").GetString()!));
        }
        catch
        {
            process.Kill();
            process.Dispose();
            throw;
        }
    }

    /// <summary>Back to the seed, without faults.</summary>
    public async Task ResetAsync() => (await _admin.PostAsync($"{_adminBase}/reset", null)).EnsureSuccessStatusCode();

    /// <summary>Arms faults: one object or a list, see the counterpart's README.</summary>
    public async Task ArmAsync(object faults) =>
        (await _admin.PostAsync($"{_adminBase}/faults", new StringContent(JsonSerializer.Serialize(faults), Encoding.UTF8, "application/json"))).EnsureSuccessStatusCode();

    /// <summary>Takes back every fault.</summary>
    public async Task DisarmAsync() => (await _admin.DeleteAsync($"{_adminBase}/faults")).EnsureSuccessStatusCode();

    /// <summary>Faults that no request has taken yet.</summary>
    public async Task<int> ArmedAsync() => (await JsonAsync("faults")).GetArrayLength();

    /// <summary>Changes the server while it runs, for example <c>new { updateCreate = false }</c>.</summary>
    public async Task ConfigureAsync(object settings) =>
        (await _admin.PostAsync($"{_adminBase}/config", new StringContent(JsonSerializer.Serialize(settings), Encoding.UTF8, "application/json"))).EnsureSuccessStatusCode();

    /// <summary>Live resources and stored versions of a type.</summary>
    public async Task<(int Live, int Versions)> CountAsync(string type) =>
        (await JsonAsync("counts")).GetProperty("resources").TryGetProperty(type, out var count)
            ? (count.GetProperty("live").GetInt32(), count.GetProperty("versions").GetInt32()) : (0, 0);

    /// <summary>All live resources by type.</summary>
    public Task<JsonElement> DumpAsync() => JsonAsync("dump");

    /// <summary>Every request since the last reset, oldest first.</summary>
    public async Task<IReadOnlyList<JsonElement>> LogAsync() => [.. (await JsonAsync("log?full")).EnumerateArray()];

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _admin.Dispose();
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private async Task<JsonElement> JsonAsync(string what) => JsonDocument.Parse(await _admin.GetStringAsync($"{_adminBase}/{what}")).RootElement;

    /// <summary>A writable copy with its packages, made once for a state of the counterpart and kept between runs.</summary>
    private static async Task<string> InstalledAsync(string server)
    {
        Assert.SkipUnless(OnPath("node") && OnPath("npm"), "node and npm are not here: the EHR counterpart cannot run");
        var source = Path.GetDirectoryName(server)!;
        var files = Directory.GetFiles(source).Order(StringComparer.Ordinal).ToList();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in files) hash.AppendData(await File.ReadAllBytesAsync(file));
        var folder = Path.Combine(Path.GetTempPath(), "pacsfusion-ehr-" + Convert.ToHexStringLower(hash.GetHashAndReset())[..16]);
        if (Directory.Exists(folder)) return folder;

        // Several tests may come here at once: each fills a folder of its own, and the first rename wins.
        var own = $"{folder}.{Path.GetRandomFileName()}";
        Directory.CreateDirectory(own);
        foreach (var file in files) await File.WriteAllBytesAsync(Path.Combine(own, Path.GetFileName(file)), await File.ReadAllBytesAsync(file));
        var install = Process.Start(new ProcessStartInfo("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"]) { WorkingDirectory = own, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = install.StandardOutput.ReadToEndAsync();
        var errors = install.StandardError.ReadToEndAsync();
        await install.WaitForExitAsync();
        await output;
        if (install.ExitCode != 0)
        {
            Directory.Delete(own, recursive: true);
            Assert.Skip($"the packages of the EHR counterpart could not be installed: {(await errors).Trim().Split('\n')[0]}");
        }
        try
        {
            Directory.Move(own, folder);
        }
        catch (IOException) when (Directory.Exists(folder))
        {
            Directory.Delete(own, recursive: true);
        }
        return folder;
    }

    private static bool OnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => folder.Length > 0 && File.Exists(Path.Combine(folder, program)));
}
