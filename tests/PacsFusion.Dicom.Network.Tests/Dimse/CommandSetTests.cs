using FsCheck;
using FsCheck.Xunit;

namespace PacsFusion.Dicom.Network.Tests;

public class CommandSetTests
{
    [Fact]
    public void AnEchoRequestHasTheBytesOfTheStandard()
    {
        byte[] expected =
        [
            0, 0, 0, 0, 4, 0, 0, 0, 56, 0, 0, 0, // (0000,0000) group length 56
            0, 0, 2, 0, 18, 0, 0, 0, .. "1.2.840.10008.1.1\0"u8, // (0000,0002) Verification
            0, 0, 0, 1, 2, 0, 0, 0, 0x30, 0, // (0000,0100) C-ECHO-RQ
            0, 0, 0x10, 1, 2, 0, 0, 0, 7, 0, // (0000,0110) message 7
            0, 0, 0, 8, 2, 0, 0, 0, 1, 1, // (0000,0800) no data set
        ];
        Assert.Equal(expected, Wire.Echo(7).Encode());
    }

    [Property]
    public void EveryFieldComesBack(ushort field, ushort id, ushort? answered, ushort? status, ushort dataSet, NonNegativeInt uid)
    {
        var sent = new CommandSet
        {
            Field = field,
            MessageId = id,
            RespondedToMessageId = answered,
            Status = status,
            DataSetType = dataSet,
            Priority = 2,
            AffectedSopClassUid = $"1.2.{uid.Get}",
            RequestedSopClassUid = "1.3",
            AffectedSopInstanceUid = $"2.25.{uid.Get}",
            RequestedSopInstanceUid = "1.9.1",
            ErrorComment = "no room",
        };
        var read = CommandSet.Decode(sent.Encode());
        Assert.Equal(
            (sent.Field, sent.MessageId, sent.RespondedToMessageId, sent.Status, sent.DataSetType, sent.Priority, sent.AffectedSopClassUid),
            (read.Field, read.MessageId, read.RespondedToMessageId, read.Status, read.DataSetType, read.Priority, read.AffectedSopClassUid));
        Assert.Equal((sent.RequestedSopClassUid, sent.AffectedSopInstanceUid, sent.RequestedSopInstanceUid, sent.ErrorComment), (read.RequestedSopClassUid, read.AffectedSopInstanceUid, read.RequestedSopInstanceUid, read.ErrorComment));
    }

    [Property(MaxTest = 1000)]
    public void AMutatedCommandSetIsReadOrRefusedByTheOneTypedError(NonNegativeInt at, byte value, NonNegativeInt cut)
    {
        var bytes = Wire.Store().Encode();
        bytes[at.Get % bytes.Length] = value;
        if (cut.Get % 2 == 0) bytes = bytes[..(cut.Get % bytes.Length)];
        try
        {
            CommandSet.Decode(bytes);
        }
        catch (PduFormatException error)
        {
            Assert.NotEmpty(error.Code);
        }
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(uint.MaxValue)]
    public void AWrongGroupLengthChangesNothing(uint length)
    {
        var bytes = Wire.Store(9).Encode();
        BitConverter.TryWriteBytes(bytes.AsSpan(8), length);
        Assert.Equal((ushort)9, CommandSet.Decode(bytes).MessageId);
        Assert.Equal((ushort)9, CommandSet.Decode(bytes.AsSpan(12)).MessageId);
    }

    [Fact]
    public void AResponseNamesWhatItAnswersAndCutsTheComment()
    {
        var response = Wire.Store(5).Respond(DimseStatus.OutOfResources.WithComment(new string('x', 100)));
        Assert.Equal(0x8001, response.Field);
        Assert.Equal((ushort)5, response.RespondedToMessageId);
        Assert.Equal(Wire.CtClass, response.AffectedSopClassUid);
        Assert.Equal(Wire.Instance, response.AffectedSopInstanceUid);
        Assert.Equal(64, response.ErrorComment!.Length);
        Assert.False(response.HasDataSet);
    }

    [Theory]
    [InlineData(0x0000, true, false, false)]
    [InlineData(0xB000, false, true, false)]
    [InlineData(0x0107, false, true, false)]
    [InlineData(0xFF01, false, false, false)]
    [InlineData(0xFE00, false, false, false)]
    [InlineData(0xA700, false, false, true)]
    [InlineData(0x0122, false, false, true)]
    [InlineData(0xC123, false, false, true)]
    public void AStatusIsOneOfFive(int code, bool success, bool warning, bool failure)
    {
        var status = new DimseStatus((ushort)code);
        Assert.Equal((success, warning, failure), (status.IsSuccess, status.IsWarning, status.IsFailure));
    }
}
