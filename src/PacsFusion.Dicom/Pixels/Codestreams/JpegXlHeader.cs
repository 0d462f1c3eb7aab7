namespace PacsFusion.Dicom;

/// <summary>Size and image metadata of JPEG XL (ISO/IEC 18181-1 annex D), bare or in its container (18181-2).</summary>
internal static class JpegXlHeader
{
    public static CodestreamHeader Read(ReadOnlySpan<byte> stream)
    {
        stream = BoxedCodestream.JpegXlStart(stream);
        if (!stream.StartsWith((ReadOnlySpan<byte>)[0xFF, 0x0A])) throw CodestreamHeader.Invalid("A JPEG XL stream does not begin like one");
        var bits = new BitReader(stream[2..]);
        var (width, height) = Size(ref bits);
        int precision = 8, components = 3;
        if (!bits.Flag())
        {
            if (bits.Flag())
            {
                if (bits.Take(3) != 0) throw CodestreamHeader.NotSupported("A JPEG XL image is turned");
                if (bits.Flag()) Size(ref bits);
                if (bits.Flag()) throw CodestreamHeader.NotSupported("A JPEG XL image has a preview");
                if (bits.Flag()) throw CodestreamHeader.NotSupported("A JPEG XL image is an animation");
            }
            if (bits.Flag()) throw CodestreamHeader.NotSupported("A JPEG XL image has floating point samples");
            precision = bits.Take(2) switch { 0 => 8, 1 => 10, 2 => 12, _ => 1 + bits.Take(6) };
            bits.Flag();
            if (bits.Take(2) != 0) throw CodestreamHeader.NotSupported("A JPEG XL image has extra channels");
            bits.Flag();
            if (!bits.Flag())
            {
                var profile = bits.Flag();
                var space = bits.Take(2) switch { 0 => 0, 1 => 1, 2 => 2 + bits.Take(4), _ => 18 + bits.Take(6) };
                if (space == 1) components = 1;
                else if (profile && space > 2) throw CodestreamHeader.NotSupported("A JPEG XL image has a colour space that is not decoded");
            }
        }
        return new CodestreamHeader { Width = width, Height = height, Components = components, Precision = precision };
    }

    private static (long Width, long Height) Size(ref BitReader bits)
    {
        var small = bits.Flag();
        var height = small ? (bits.Take(5) + 1) * 8L : Dimension(ref bits);
        var width = bits.Take(3) switch
        {
            0 => small ? (bits.Take(5) + 1) * 8L : Dimension(ref bits),
            1 => height,
            2 => height * 12 / 10,
            3 => height * 4 / 3,
            4 => height * 3 / 2,
            5 => height * 16 / 9,
            6 => height * 5 / 4,
            _ => height * 2,
        };
        return (width, height);
    }

    private static long Dimension(ref BitReader bits) =>
        1L + bits.Take(2) switch { 0 => bits.Take(9), 1 => bits.Take(13), 2 => bits.Take(18), _ => bits.Take(30) };

    /// <summary>Bits from the least significant one of each byte.</summary>
    private ref struct BitReader(ReadOnlySpan<byte> bytes)
    {
        private readonly ReadOnlySpan<byte> _bytes = bytes;
        private int _position;

        public bool Flag() => Take(1) != 0;

        public int Take(int count)
        {
            if (_position + count > _bytes.Length * 8L) throw CodestreamHeader.Invalid("A JPEG XL header is cut");
            var value = 0;
            for (var i = 0; i < count; i++, _position++) value |= (_bytes[_position >> 3] >> (_position & 7) & 1) << i;
            return value;
        }
    }
}
