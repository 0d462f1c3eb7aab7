using System.Security.Cryptography;
using PacsFusion.Dicom.Codecs;
using PacsFusion.Dicom.Codecs.Internal;

namespace PacsFusion.Dicom.Tests;

/// <summary>The real module: round trips, streams that lie about themselves, the compiled form on disk.</summary>
public class CodecTests(CodecModules modules)
{
    private static readonly DicomTransferSyntax[] Lossless =
    [
        DicomTransferSyntax.JpegLosslessSV1, DicomTransferSyntax.JpegLSLossless, DicomTransferSyntax.Jpeg2000Lossless,
        DicomTransferSyntax.HighThroughputJpeg2000Lossless, DicomTransferSyntax.JpegXLLossless,
    ];

    [Theory]
    [InlineData(16, 16, 1, true)]
    [InlineData(16, 12, 1, false)]
    [InlineData(16, 12, 1, true)]
    [InlineData(8, 8, 1, false)]
    [InlineData(8, 8, 3, false)]
    public void LosslessEncodingComesBackExactly(int allocated, int stored, int samples, bool signed)
    {
        using var session = modules.Require().OpenSession();
        foreach (var syntax in Lossless)
        {
            var frame = new FrameDescription(37, 53, samples, allocated, stored, signed, samples == 1 ? "MONOCHROME2" : "RGB");
            var pixels = Pixels(frame, seed: 5);
            var encoded = session.Encode(syntax, pixels, frame);
            Assert.True(encoded.Length < pixels.Length);
            var dataset = SandboxTests.Image(37, 53, allocated, stored, samples, signed, encoded);
            Assert.True(pixels.AsSpan().SequenceEqual(DicomPixelData.Open(dataset, syntax, session).DecodeFrame(0)), $"{syntax} {frame}");
        }
    }

    [Fact]
    public void ASmallerStreamNeverReturnsAnotherFramesPixels()
    {
        using var session = modules.Require().OpenSession();
        foreach (var syntax in Lossless)
        {
            var large = new FrameDescription(512, 512, 1, 16, 16, false, "MONOCHROME2");
            var small = large with { Rows = 64, Columns = 64 };
            var others = session.Encode(syntax, Pixels(large, seed: 1), large);
            DicomPixelData.Open(SandboxTests.Image(512, 512, 16, 16, frames: others), syntax, session).DecodeFrame(0);
            var lying = SandboxTests.Image(512, 512, 16, 16, frames: session.Encode(syntax, Pixels(small, seed: 2), small));
            var target = new byte[large.Length];

            var refusal = Assert.Throws<DicomPixelException>(() => DicomPixelData.Open(lying, syntax, session).DecodeFrame(0, target));

            Assert.Equal("codestream-mismatch", refusal.Code);
            Assert.All(target, value => Assert.Equal(0, value));
        }
    }

    [Fact]
    public void WhatStreamAndDataSetDisagreeOnIsRefused()
    {
        using var session = modules.Require().OpenSession();
        var frame = new FrameDescription(40, 30, 1, 16, 16, false, "MONOCHROME2");
        foreach (var syntax in Lossless)
        {
            var encoded = session.Encode(syntax, Pixels(frame, seed: 3), frame);
            foreach (var (rows, columns, allocated, samples) in ((int, int, int, int)[])[(30, 40, 16, 1), (41, 30, 16, 1), (40, 30, 8, 1), (40, 30, 16, 3)])
            {
                var dataset = SandboxTests.Image(rows, columns, allocated, allocated, samples, frames: encoded);
                Assert.Equal("codestream-mismatch", Assert.Throws<DicomPixelException>(() => DicomPixelData.Open(dataset, syntax, session).DecodeFrame(0)).Code);
            }
            var cut = SandboxTests.Image(40, 30, 16, 16, frames: encoded[..8]);
            Assert.Equal("codestream-invalid", Assert.Throws<DicomPixelException>(() => DicomPixelData.Open(cut, syntax, session).DecodeFrame(0)).Code);
        }
    }

    [Fact]
    public void ColourOfSixteenBitsInJpeg2000IsRefusedRatherThanCutToEight()
    {
        using var session = modules.Require().OpenSession();
        byte[] head = [0xFF, 0x4F, 0xFF, 0x51, 0, 47, 0, 0, 0, 0, 0, 8, 0, 0, 0, 8, .. new byte[8], 0, 0, 0, 8, 0, 0, 0, 8, .. new byte[8], 0, 3, 15, 1, 1, 15, 1, 1, 15, 1, 1];
        foreach (var syntax in (DicomTransferSyntax[])[DicomTransferSyntax.Jpeg2000Lossless, DicomTransferSyntax.HighThroughputJpeg2000Lossless])
        {
            var deep = SandboxTests.Image(8, 8, 16, 16, 3, frames: [head]);
            Assert.Equal("codestream-not-supported", Assert.Throws<DicomPixelException>(() => DicomPixelData.Open(deep, syntax, session).DecodeFrame(0)).Code);
            byte[] subsampled = [.. head[..43], 2, 2, .. head[45..]];
            subsampled[42] = subsampled[45] = subsampled[48] = 7;
            var uneven = SandboxTests.Image(8, 8, 8, 8, 3, frames: [subsampled]);
            Assert.Equal("codestream-not-supported", Assert.Throws<DicomPixelException>(() => DicomPixelData.Open(uneven, syntax, session).DecodeFrame(0)).Code);
        }
    }

    [Fact]
    public void CompressedSamplesOfThirtyTwoBitsAreRefusedByName()
    {
        using var session = modules.Require().OpenSession();
        foreach (var syntax in Lossless)
        {
            var refusal = Assert.Throws<DicomPixelException>(() => DicomPixelData.Open(SandboxTests.Image(8, 8, 32, 32, frames: new byte[64]), syntax, session));
            Assert.Equal(("pixel-layout-not-supported", DicomTag.BitsAllocated), (refusal.Code, refusal.Tag!.Value));
        }
    }

    [Fact]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public void TheCompiledFormIsForItsOwnerAloneAndMadeAnewWhereItIsDamaged()
    {
        // The smallest module there is: a header without sections.
        byte[] module = [0, 0x61, 0x73, 0x6D, 1, 0, 0, 0];
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(module));
        var parent = Directory.CreateTempSubdirectory("pacsfusion-");
        try
        {
            using var engine = new Wasmtime.Engine(new Wasmtime.Config().WithEpochInterruption(true));
            var folder = Path.Combine(parent.FullName, "codecs");
            var path = Path.Combine(folder, CompiledModuleCache.NameOf(sha256));
            CompiledModuleCache.Load(engine, module, sha256, folder).Dispose();
            var first = File.ReadAllBytes(path);
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(folder));

            File.WriteAllBytes(path, first[..100]);
            CompiledModuleCache.Load(engine, module, sha256, folder).Dispose();
            Assert.Equal(first.Length, new FileInfo(path).Length);

            // Others could have written it: not taken, and replaced by one that they cannot.
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherWrite);
            CompiledModuleCache.Load(engine, module, sha256, folder).Dispose();
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        }
        finally
        {
            parent.Delete(recursive: true);
        }
    }

    private static byte[] Pixels(FrameDescription frame, int seed)
    {
        var random = new Random(seed);
        var bytes = new byte[frame.Length];
        var half = 1 << (frame.BitsStored - 1);
        for (var i = 0; i < bytes.Length * 8 / frame.BitsAllocated; i++)
        {
            // Smooth with some noise, over the whole range.
            var value = (int)(half * (1 + Math.Sin(i * 0.01))) + random.Next(16);
            value = Math.Clamp(value, 0, 2 * half - 1) - (frame.IsSigned ? half : 0);
            if (frame.BitsAllocated == 8) bytes[i] = (byte)value;
            else BitConverter.TryWriteBytes(bytes.AsSpan(2 * i), (short)value);
        }
        return bytes;
    }
}
