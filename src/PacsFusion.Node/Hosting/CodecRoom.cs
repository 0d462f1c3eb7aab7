using PacsFusion.Dicom;
using PacsFusion.Dicom.Codecs;
using PacsFusion.Node.Ledger;

namespace PacsFusion.Node.Hosting;

/// <summary>The codec module, or why it is not there: the node works without it and refuses what needs it.</summary>
internal sealed class CodecRoom : IDisposable
{
    private readonly CodecModule? _module;

    private CodecRoom(CodecModule? module, ReasonCode? problem)
    {
        _module = module;
        Problem = problem;
    }

    /// <summary>The codecs; null where the module cannot be used.</summary>
    public IFrameCodecs? Codecs => _module;

    /// <summary>Why there are none.</summary>
    public ReasonCode? Problem { get; }

    /// <summary>Looks for the module beside the program. Its compiled form is kept in the data folder once it was needed.</summary>
    public static CodecRoom Open(string dataFolder)
    {
        try
        {
            return new CodecRoom(CodecModule.Open(new CodecModuleOptions { CacheFolder = Path.Combine(dataFolder, "codecs") }), null);
        }
        catch (CodecModuleException fault)
        {
            return new CodecRoom(null, fault.Code == HostingReasons.CodecModuleUnknown.Code ? HostingReasons.CodecModuleUnknown : HostingReasons.CodecModuleMissing);
        }
    }

    public void Dispose() => _module?.Dispose();
}
