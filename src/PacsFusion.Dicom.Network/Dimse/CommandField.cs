namespace PacsFusion.Dicom.Network;

/// <summary>Values of Command Field (0000,0100), PS3.7 annex E.1. A response is its request with the high bit set.</summary>
internal static class CommandField
{
    public const ushort StoreRequest = 0x0001;
    public const ushort FindRequest = 0x0020;
    public const ushort EchoRequest = 0x0030;
    public const ushort CancelRequest = 0x0FFF;
    public const ushort ResponseBit = 0x8000;
}
