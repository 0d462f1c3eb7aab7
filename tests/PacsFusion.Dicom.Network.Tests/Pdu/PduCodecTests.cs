using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace PacsFusion.Dicom.Network.Tests;

public class PduCodecTests
{
    [Fact]
    public void AssociateRequestIsReadFromItsBytes()
    {
        byte[] bytes =
        [
            0x01, 0x00, 0x00, 0x00, 0x00, 0xC7, // A-ASSOCIATE-RQ, 199 bytes
            0x00, 0x01, 0x00, 0x00, // protocol version 1
            .. "ANY-SCP         "u8, .. "ECHOSCU         "u8, .. new byte[32],
            0x10, 0x00, 0x00, 0x15, .. "1.2.840.10008.3.1.1.1"u8, // application context
            0x20, 0x00, 0x00, 0x2E, 0x01, 0x00, 0xFF, 0x00, // presentation context 1
            0x30, 0x00, 0x00, 0x11, .. "1.2.840.10008.1.1"u8, // Verification
            0x40, 0x00, 0x00, 0x11, .. "1.2.840.10008.1.2"u8, // implicit little endian
            0x50, 0x00, 0x00, 0x30, // user information
            0x51, 0x00, 0x00, 0x04, 0x00, 0x00, 0x40, 0x00, // 16384 bytes
            0x52, 0x00, 0x00, 0x08, .. "1.2.3.4\0"u8, // padded, as some peers send it
            0x53, 0x00, 0x00, 0x04, 0x00, 0x02, 0x00, 0x03, // asynchronous window
            0x54, 0x00, 0x00, 0x09, 0x00, 0x05, .. "1.2.3"u8, 0x01, 0x00, // role
            0x55, 0x00, 0x00, 0x03, .. "V 1"u8,
        ];
        bytes[5] = (byte)(bytes.Length - 6);

        Assert.True(PduCodec.TryRead(bytes, PduLimits.Default, out var pdu, out var consumed));

        Assert.Equal(bytes.Length, consumed);
        var request = Assert.IsType<AssociateRequestPdu>(pdu);
        Assert.Equal((1, "ANY-SCP", "ECHOSCU"), (request.ProtocolVersion, request.CalledAeTitle, request.CallingAeTitle));
        Assert.Equal("1.2.840.10008.3.1.1.1", request.ApplicationContext);
        var context = Assert.Single(request.Contexts);
        Assert.Equal((1, "1.2.840.10008.1.1"), (context.Id, context.AbstractSyntax));
        Assert.Equal(["1.2.840.10008.1.2"], context.TransferSyntaxes);
        Assert.Equal(16_384u, request.User.MaxPduLength);
        Assert.Equal("1.2.3.4", request.User.ImplementationClassUid);
        Assert.Equal("V 1", request.User.ImplementationVersionName);
        Assert.Equal(new AsyncOperationsWindow(2, 3), request.User.AsyncWindow);
        Assert.Equal(new RoleSelection("1.2.3", true, false), Assert.Single(request.User.Roles));
    }

    [Theory]
    [InlineData(new byte[] { 3, 0, 0, 0, 0, 4, 0, 2, 3, 2 }, "for now, local limit exceeded (service provider, presentation)")]
    [InlineData(new byte[] { 3, 0, 0, 0, 0, 4, 0, 1, 1, 7 }, "permanently, called AE title not recognized (service user)")]
    public void RejectionsAreReadInWords(byte[] bytes, string text)
    {
        Assert.True(PduCodec.TryRead(bytes, PduLimits.Default, out var pdu, out _));
        Assert.Equal(text, Assert.IsType<AssociateRejectPdu>(pdu).Rejection.Text);
        Assert.Equal(bytes, PduCodec.Encode(pdu!));
    }

    [Theory]
    [InlineData(new byte[] { 5, 0, 0, 0, 0, 4, 0, 0, 0, 0 })]
    [InlineData(new byte[] { 6, 0, 0, 0, 0, 4, 0, 0, 0, 0 })]
    [InlineData(new byte[] { 7, 0, 0, 0, 0, 4, 0, 0, 2, 6 })]
    [InlineData(new byte[] { 4, 0, 0, 0, 0, 15, 0, 0, 0, 4, 1, 3, 0xAA, 0xBB, 0, 0, 0, 3, 1, 2, 0xCC })]
    public void ShortPdusKeepTheirBytes(byte[] bytes)
    {
        Assert.True(PduCodec.TryRead(bytes, PduLimits.Default, out var pdu, out _));
        Assert.Equal(bytes, PduCodec.Encode(pdu!));
    }

    [Fact]
    public void AnUnknownTypeIsKnownByItsFirstByte() =>
        Assert.Equal("pdu-unrecognized", Assert.Throws<PduFormatException>(() => PduHeader.TryRead("G"u8, PduLimits.Default, out _)).Code);

    [Fact]
    public void ALengthOverItsLimitIsRefusedBeforeTheBodyComes()
    {
        var error = Assert.Throws<PduFormatException>(() => PduHeader.TryRead([4, 0, 0x7F, 0xFF, 0xFF, 0xFF], PduLimits.Default, out _));
        Assert.Equal("pdu-too-long", error.Code);
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(1u)]
    public void AValueWithoutRoomForItsFlagsIsRefused(uint length) =>
        Assert.Equal("pdv-too-short", Assert.Throws<PduFormatException>(() => PduCodec.TryRead([4, 0, 0, 0, 0, 6, 0, 0, 0, (byte)length, 1, 3], PduLimits.Default, out _, out _)).Code);

    [Fact]
    public void AValueLongerThanItsPduIsRefused() =>
        Assert.Equal("pdv-too-long", Assert.Throws<PduFormatException>(() => PduCodec.TryRead([4, 0, 0, 0, 0, 6, 0, 0, 0, 3, 1, 3], PduLimits.Default, out _, out _)).Code);

    [Property(Arbitrary = [typeof(Pdus)], MaxTest = 300)]
    public void EveryPduComesBackFromItsBytes(Pdus.Any given)
    {
        var bytes = PduCodec.Encode(given.Pdu);
        Assert.True(PduCodec.TryRead(bytes, PduLimits.Default, out var read, out var consumed));
        Assert.Equal(bytes.Length, consumed);
        Assert.Equal(bytes, PduCodec.Encode(read!));
        Assert.Equal(given.Pdu.Type, read!.Type);
        if (given.Pdu is AssociateRequestPdu sent && read is AssociateRequestPdu got)
        {
            Assert.Equal((sent.CalledAeTitle, sent.CallingAeTitle, sent.ApplicationContext), (got.CalledAeTitle, got.CallingAeTitle, got.ApplicationContext));
            Assert.Equal(sent.Contexts.Select(c => (c.Id, c.AbstractSyntax, string.Join(',', c.TransferSyntaxes))), got.Contexts.Select(c => (c.Id, c.AbstractSyntax, string.Join(',', c.TransferSyntaxes))));
            Assert.Equal(sent.User.Roles, got.User.Roles);
            Assert.Equal(sent.User.Identity?.Secondary.ToArray(), got.User.Identity?.Secondary.ToArray());
            Assert.Equal(sent.User.Other.Select(o => (o.Type, Convert.ToHexString(o.Data.Span))), got.User.Other.Select(o => (o.Type, Convert.ToHexString(o.Data.Span))));
        }
    }

    [Property(Arbitrary = [typeof(Pdus)], MaxTest = 200)]
    public void EveryShorterPieceAsksForMore(Pdus.Any given, NonNegativeInt at)
    {
        var bytes = PduCodec.Encode(given.Pdu);
        Assert.False(PduCodec.TryRead(bytes.AsSpan(0, at.Get % bytes.Length), PduLimits.Default, out _, out _));
    }

    [Property(Arbitrary = [typeof(Pdus)], MaxTest = 1000)]
    public void AMutatedPduIsReadOrRefusedByTheOneTypedError(Pdus.Any given, NonNegativeInt at, byte value, NonNegativeInt cut)
    {
        var bytes = PduCodec.Encode(given.Pdu);
        bytes[at.Get % bytes.Length] = value;
        if (cut.Get % 3 == 0) bytes = bytes[..(cut.Get % bytes.Length)];
        try
        {
            PduCodec.TryRead(bytes, PduLimits.Default, out _, out var consumed);
            Assert.InRange(consumed, 0, bytes.Length);
        }
        catch (PduFormatException error)
        {
            Assert.NotEmpty(error.Code);
        }
    }

    [Property(Arbitrary = [typeof(Pdus)], MaxTest = 300)]
    public void TheScannerFindsTheSameHoweverTheBytesArrive(Pdus.Any[] given, byte[] cuts)
    {
        var bytes = given.SelectMany(g => PduCodec.Encode(g.Pdu)).ToArray();
        Assert.Equal(Describe(bytes, [bytes.Length + 1]), Describe(bytes, cuts.Select(c => c + 1).Append(bytes.Length + 1)));
    }

    /// <summary>What a scanner sees where bytes arrive in pieces of these sizes; fragments of one value put together.</summary>
    private static string Describe(byte[] bytes, IEnumerable<int> sizes)
    {
        var scanner = new PduScanner(PduLimits.Default);
        var seen = new System.Text.StringBuilder();
        var (start, end) = (0, 0);
        foreach (var size in sizes)
        {
            end = Math.Min(bytes.Length, end + size);
            while (true)
            {
                var found = scanner.TryRead(bytes.AsSpan(start, end - start), out var token, out var consumed);
                if (found && token.Pdu is { } pdu) seen.Append(pdu.Type).Append(';');
                else if (found)
                {
                    seen.Append(Convert.ToHexString(bytes.AsSpan(start + token.Offset, token.Length)));
                    if (token.IsLast) seen.Append($" last {token.ContextId} {token.IsCommand};");
                }

                start += consumed;
                if (!found) break;
            }
        }

        Assert.Equal(bytes.Length, start);
        return seen.ToString();
    }
}

/// <summary>Well-formed PDUs of every type.</summary>
public static class Pdus
{
    public sealed record Any
    {
        internal Pdu Pdu { get; init; } = new ReleaseRequestPdu();

        public override string ToString() => Convert.ToHexString(PduCodec.Encode(Pdu));
    }

    public static Arbitrary<Any> Arbitrary() => Gen.OneOf(Requests(), Accepts(), Data(), Short()).Select(p => new Any { Pdu = p }).ToArbitrary();

    private static Gen<string> Uid() => Gen.Choose(0, 99_999).Select(n => $"1.2.826.0.{n}");

    private static Gen<byte[]> Bytes(int most) => Gen.Choose(0, most).SelectMany(n => Gen.Choose(0, 255).Select(b => (byte)b).ArrayOf(n));

    private static Gen<string> AeTitle() => Gen.Elements("A", "NODE", "SIXTEEN_LETTERS_", "WITH SPACE");

    private static Gen<UserInformation> User() =>
        from length in Gen.Choose(0, 1 << 20)
        from roles in Uid().Select(u => new RoleSelection(u, true, false)).ListOf()
        from secret in Bytes(20)
        from other in Bytes(20)
        from parts in Gen.Choose(0, 7)
        select new UserInformation
        {
            MaxPduLength = (uint)length,
            ImplementationClassUid = "1.2.3",
            ImplementationVersionName = (parts & 1) != 0 ? "VERSION" : null,
            Roles = [.. roles],
            Identity = (parts & 2) != 0 ? new UserIdentity(2, true, secret, other) : null,
            AsyncWindow = (parts & 4) != 0 ? new AsyncOperationsWindow(1, 1) : null,
            Other = [new RawItem(0x56, other)],
        };

    private static Gen<Pdu> Requests() =>
        from called in AeTitle()
        from calling in AeTitle()
        from contexts in Uid().ListOf()
        from syntaxes in Uid().ListOf()
        from user in User()
        select (Pdu)new AssociateRequestPdu(1, called, calling, "1.2.840.10008.3.1.1.1", [.. contexts.Take(128).Select((c, i) => new ProposedPresentationContext((byte)(2 * i + 1), c, [.. syntaxes]))], user);

    private static Gen<Pdu> Accepts() =>
        from called in AeTitle()
        from contexts in Uid().ListOf()
        from result in Gen.Choose(0, 4)
        from user in User()
        select (Pdu)new AssociateAcceptPdu(1, called, "X", "1.2.840.10008.3.1.1.1", [.. contexts.Take(128).Select((c, i) => new AnsweredContext((byte)(2 * i + 1), (PresentationContextResult)result, c))], user);

    private static Gen<Pdu> Data() =>
        from values in (from id in Gen.Choose(0, 255)
                        from flags in Gen.Choose(0, 3)
                        from bytes in Bytes(300)
                        select new PresentationDataValue((byte)id, (flags & 1) != 0, (flags & 2) != 0, bytes)).NonEmptyListOf()
        select (Pdu)new DataTransferPdu([.. values]);

    private static Gen<Pdu> Short() =>
        from a in Gen.Choose(0, 255)
        from b in Gen.Choose(0, 255)
        from kind in Gen.Choose(0, 3)
        select kind switch
        {
            0 => (Pdu)new ReleaseRequestPdu(),
            1 => new ReleaseResponsePdu(),
            2 => new AbortPdu((byte)a, (byte)b),
            _ => new AssociateRejectPdu(new AssociationRejection((byte)a, (byte)b, 1)),
        };
}
