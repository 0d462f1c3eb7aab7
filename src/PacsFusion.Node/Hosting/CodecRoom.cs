using PacsFusion.Dicom;
using PacsFusion.Dicom.Codecs;
using PacsFusion.Node.Ledger;

namespace PacsFusion.Node.Hosting;

/// <summary>The codec module, or why it is not there: the node works without it and refuses what needs it.</summary>
internal sealed class CodecRoom : IDisposable
{
    private readonly CodecModule? _module;

    private CodecRoom(CodecModule? module, IFrameCodecs? codecs, ReasonCode? problem)
    {
        _module = module;
        Codecs = codecs;
        Problem = problem;
    }

    /// <summary>The codecs; null where the module cannot be used.</summary>
    public IFrameCodecs? Codecs { get; }

    /// <summary>Why there are none.</summary>
    public ReasonCode? Problem { get; }

    /// <summary>Looks for the module beside the program. Its compiled form is kept in the data folder once it was needed.</summary>
    public static CodecRoom Open(string dataFolder)
    {
        try
        {
            var module = CodecModule.Open(new CodecModuleOptions { CacheFolder = Path.Combine(dataFolder, "codecs") });
            return new CodecRoom(module, module, null);
        }
        catch (CodecModuleException fault)
        {
            return new CodecRoom(null, null, fault.Code == HostingReasons.CodecModuleUnknown.Code ? HostingReasons.CodecModuleUnknown : HostingReasons.CodecModuleMissing);
        }
    }

    /// <summary>Codecs that somebody else opened and disposes.</summary>
    public static CodecRoom Of(IFrameCodecs codecs) => new(null, codecs, null);

    public void Dispose() => _module?.Dispose();
}
