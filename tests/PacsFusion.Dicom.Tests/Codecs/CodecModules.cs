using PacsFusion.Dicom.Codecs;
using PacsFusion.Tests;

[assembly: AssemblyFixture(typeof(PacsFusion.Dicom.Tests.CodecModules))]

namespace PacsFusion.Dicom.Tests;

/// <summary>The codec module, compiled once for all test runs; tests that need it skip where it was not restored.</summary>
public sealed class CodecModules : IDisposable
{
    private readonly Lazy<CodecModule?> _module = new(() =>
    {
        var options = new CodecModuleOptions { CacheFolder = Path.Combine(Path.GetTempPath(), $"pacsfusion-codecs-{Environment.UserName}"), FrameDeadline = TimeSpan.FromSeconds(60) };
        return File.Exists(options.ModulePath) ? CodecModule.Open(options) : null;
    });

    public CodecModule Require()
    {
        Assert.SkipWhen(_module.Value is null, "the codec module is not here; scripts/setup restores it with npm");
        return _module.Value!;
    }

    public void Dispose()
    {
        if (_module.IsValueCreated) _module.Value?.Dispose();
    }
}
