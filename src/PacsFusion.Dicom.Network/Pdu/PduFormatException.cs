namespace PacsFusion.Dicom.Network;

/// <summary>Bytes that are no PDU of PS3.8 section 9.3, or one that is over its limit. Code says which.</summary>
/// <param name="code">Kebab-case code.</param>
/// <param name="message">What was found.</param>
/// <param name="abortReason">The provider reason to put into the A-ABORT (PS3.8 table 9-26).</param>
internal sealed class PduFormatException(string code, string message, AbortReason abortReason = AbortReason.InvalidPduParameter)
    : DicomNetworkException(code, message)
{
    public AbortReason AbortReason { get; } = abortReason;
}
