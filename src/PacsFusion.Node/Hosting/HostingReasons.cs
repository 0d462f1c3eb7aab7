using PacsFusion.Node.Ledger;

namespace PacsFusion.Node.Hosting;

/// <summary>Reasons that belong to no stage.</summary>
internal static class HostingReasons
{
    public static readonly ReasonCode UnexpectedFault = new(
        "unexpected-fault",
        "A step ended in a fault that the program does not expect.",
        "Look into the log for the case's id; then retry the case. Report the fault to the maintainers with the log.");

    public static readonly ReasonCode CodecModuleMissing = new(
        "codec-module-missing",
        "The codec module is not beside the program: JPEG, JPEG-LS, JPEG 2000, HTJ2K and JPEG XL are stored and passed on, and refused for fusion.",
        "Let scripts/run restore it with npm, or put dcmjs-native-codecs.wasm of dcmjs-codecs 0.0.8 into the folder codecs beside the program.");

    public static readonly ReasonCode CodecModuleUnknown = new(
        "codec-module-unknown",
        "The codec module beside the program is damaged, or another one than this version was made for, and is not used.",
        "Replace codecs/dcmjs-native-codecs.wasm by that of dcmjs-codecs 0.0.8.");

    /// <summary>All of them.</summary>
    public static IReadOnlyList<ReasonCode> All { get; } = [UnexpectedFault, CodecModuleMissing, CodecModuleUnknown];
}
