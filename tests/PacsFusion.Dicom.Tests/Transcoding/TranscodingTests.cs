using System.Security.Cryptography;
using PacsFusion.Tests;

namespace PacsFusion.Dicom.Tests;

/// <summary>The same object in another syntax: pixels, other elements and untouched bytes stay.</summary>
public class TranscodingTests(CodecModules modules)
{
    private static readonly DicomTransferSyntax[] Managed =
    [
        DicomTransferSyntax.ImplicitVRLittleEndian, DicomTransferSyntax.ExplicitVRLittleEndian, DicomTransferSyntax.ExplicitVRBigEndian, DicomTransferSyntax.DeflatedExplicitVRLittleEndian,
        DicomTransferSyntax.RleLossless, DicomTransferSyntax.DeflatedImageFrame, DicomTransferSyntax.EncapsulatedUncompressedExplicitVRLittleEndian,
    ];

    private static readonly DicomTransferSyntax[] ByCodecs =
        [DicomTransferSyntax.JpegLSLossless, DicomTransferSyntax.HighThroughputJpeg2000Lossless, DicomTransferSyntax.Jpeg2000Lossless, DicomTransferSyntax.JpegLosslessSV1];

    [Fact]
    public void EveryOddImageKeepsItsPixelsInEverySyntaxOrIsRefused()
    {
        var module = modules.Require();
        int written = 0, refused = 0;
        foreach (var odd in OddFiles.All().Where(o => o.PixelSha256 is not null && !o.Name.StartsWith("malformed/", StringComparison.Ordinal)))
        {
            var file = DicomFile.Parse(OddFiles.Bytes(odd.Name));
            var exact = Hash(file, module);
            // Large ones in one of them: the codecs are the same for all sizes.
            foreach (var syntax in (DicomTransferSyntax[])[.. Managed, .. odd.Rows * odd.Columns > 128 * 128 ? ByCodecs[..1] : ByCodecs])
            {
                DicomFile again;
                try
                {
                    var converted = DicomTranscoder.Transcode(file, syntax, module, TestContext.Current.CancellationToken);
                    using var stream = new MemoryStream();
                    converted.Write(stream);
                    again = DicomFile.Parse(stream.ToArray());
                }
                catch (DicomPixelException refusal)
                {
                    Assert.True(refusal.Code is "transfer-syntax-not-encodable" or "transcoding-not-exact" or "pixel-data-short" or "codestream-not-supported" or "codec-fault" or "codec-failed", $"{odd.Name} {syntax}: {refusal}");
                    refused++;
                    continue;
                }
                Assert.True(exact == Hash(again, module), $"{odd.Name} {syntax}");
                Assert.Equal(syntax, again.TransferSyntax);
                written++;
            }
        }
        Assert.True(written > 8 * refused, $"{written} written, {refused} refused");
    }

    [Fact]
    public void OtherElementsComeBackByteForByte()
    {
        foreach (var odd in OddFiles.All().Where(o => o.PixelSha256 is not null && o.TransferSyntax == DicomTransferSyntax.ExplicitVRLittleEndian.Uid && !o.Name.StartsWith("malformed/", StringComparison.Ordinal)))
        {
            var file = DicomFile.Parse(OddFiles.Bytes(odd.Name));
            var pixels = DicomPixelData.Open(file.Dataset, file.TransferSyntax);
            if (pixels.BitsAllocated == 1 || pixels.SamplesPerPixel > 1) continue;
            var back = DicomTranscoder.Transcode(DicomTranscoder.Transcode(file, DicomTransferSyntax.RleLossless), DicomTransferSyntax.ExplicitVRLittleEndian);
            foreach (var element in file.Dataset.Where(e => e.Tag != DicomTag.PixelData))
                Assert.True(element.GetBytes().Span.SequenceEqual(back.Dataset.GetBytes(element.Tag).Span), $"{odd.Name} {element}");
            Assert.Equal(file.Dataset.Select(e => e.Tag), back.Dataset.Select(e => e.Tag));
        }
    }

    [Fact]
    public void PrivateSequencesSurviveImplicitAndBigEndian()
    {
        foreach (var odd in OddFiles.All().Where(o => o.Name.StartsWith("private/", StringComparison.Ordinal)))
        {
            var file = DicomFile.Parse(OddFiles.Bytes(odd.Name));
            if (file.TransferSyntax.IsEncapsulated) continue;
            foreach (var syntax in Managed[..4])
            {
                using var stream = new MemoryStream();
                DicomTranscoder.Transcode(file, syntax).Write(stream);
                Same(file.Dataset, DicomFile.Parse(stream.ToArray()).Dataset, $"{odd.Name} {syntax}");
            }
        }

        static void Same(DicomDataset expected, DicomDataset found, string where)
        {
            Assert.True(expected.Select(e => e.Tag).SequenceEqual(found.Select(e => e.Tag)), where);
            foreach (var element in expected)
            {
                var other = found.Find(element.Tag)!.Value;
                Assert.True(element.Items.Count == other.Items.Count, $"{where} {element}");
                // A value of odd length gains its pad where it is written anew.
                if (!element.IsSequence) Assert.True(other.GetBytes().Span.StartsWith(element.GetBytes().Span) && other.Length - element.Length is 0 or 1, $"{where} {element}");
                for (var i = 0; i < element.Items.Count; i++) Same(element.Items[i], other.Items[i], where);
            }
        }
    }

    [Fact]
    public void WhatCannotBeWrittenExactlyIsRefused()
    {
        using var session = modules.Require().OpenSession();
        var file = DicomFile.Parse(OddFiles.Bytes("syntax/MR_small.dcm"));
        Assert.Equal("transfer-syntax-not-encodable", Assert.Throws<DicomPixelException>(() => DicomTranscoder.Transcode(file, DicomTransferSyntax.JpegBaseline8Bit, modules.Require())).Code);
        Assert.Equal("transfer-syntax-not-encodable", Assert.Throws<DicomPixelException>(() => DicomTranscoder.Transcode(file, DicomTransferSyntax.JpegLSLossless)).Code);
        // An overlay in bits that the header leaves out would be lost.
        var marked = file.Dataset.Clone().Set(DicomTag.BitsStored, 4).Set(DicomTag.HighBit, 3);
        var refusal = Assert.Throws<DicomPixelException>(() => DicomTranscoder.Transcode(file.WithDataset(marked, file.TransferSyntax), DicomTransferSyntax.JpegLSLossless, modules.Require()));
        Assert.True(refusal.Code is "transcoding-not-exact" or "codec-fault" or "codec-failed", refusal.Code);
    }

    [Theory]
    [InlineData("dcmdrle", "1.2.840.10008.1.2.5")]
    [InlineData("dcmdjpls", "1.2.840.10008.1.2.4.80")]
    [InlineData("dcmdjpeg", "1.2.840.10008.1.2.4.70")]
    public async Task DcmtkReadsWhatIsWritten(string program, string syntax)
    {
        var tool = ChildProcess.Require(program);
        var folder = Directory.CreateTempSubdirectory("pacsfusion-");
        try
        {
            foreach (var name in (string[])["syntax/MR_small.dcm", "pixels/color-px.dcm", "multiframe/emri_small.dcm", "pixels/SC_rgb_small_odd.dcm"])
            {
                var file = DicomFile.Parse(OddFiles.Bytes(name));
                string encoded = Path.Combine(folder.FullName, "in.dcm"), decoded = Path.Combine(folder.FullName, "out.dcm");
                DicomTranscoder.Transcode(file, DicomTransferSyntax.Find(syntax)!, modules.Require()).Write(encoded);
                var (code, _, error) = await ChildProcess.RunAsync(tool, [encoded, decoded]);
                Assert.True(code == 0, $"{name}: {error}");
                var back = DicomFile.Read(decoded);
                Assert.Equal(Hash(file, null), Hash(back, null));
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string Hash(DicomFile file, IFrameCodecs? codecs)
    {
        using var session = codecs?.OpenSession();
        var pixels = DicomPixelData.Open(file.Dataset, file.TransferSyntax, session);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (var frame = 0; frame < pixels.NumberOfFrames; frame++) hash.AppendData(pixels.DecodeFrame(frame));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
