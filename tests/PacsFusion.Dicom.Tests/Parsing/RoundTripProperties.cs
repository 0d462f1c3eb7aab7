using FsCheck.Xunit;

namespace PacsFusion.Dicom.Tests;

public class RoundTripProperties
{
    private static readonly DicomTransferSyntax[] Syntaxes =
        [DicomTransferSyntax.ImplicitVRLittleEndian, DicomTransferSyntax.ExplicitVRLittleEndian, DicomTransferSyntax.ExplicitVRBigEndian];

    private static readonly DicomTag Scratch = new(0x0009, 0x10FE);

    [Property(MaxTest = 40)]
    public void WhatWasReadIsWrittenByteForByte(int seed)
    {
        foreach (var syntax in Syntaxes)
        {
            var bytes = RandomDatasets.Make(new Random(seed), syntax);
            Assert.Equal(bytes, DicomDataset.Parse(bytes, syntax).Encode(syntax));
        }
    }

    [Property(MaxTest = 40)]
    public void FormsOfLengthsSurviveChangesBesideThem(int seed)
    {
        foreach (var syntax in Syntaxes)
        {
            var bytes = RandomDatasets.Make(new Random(seed), syntax);
            var dataset = DicomDataset.Parse(bytes, syntax);
            Touch(dataset);
            Assert.Equal(bytes, dataset.Encode(syntax));
        }

        static void Touch(DicomDataset dataset)
        {
            dataset.SetBytes(Scratch, DicomVR.UN, new byte[2]);
            Assert.True(dataset.Remove(Scratch));
            foreach (var element in dataset.ToArray())
            {
                foreach (var item in element.Items) Touch(item);
            }
        }
    }

    [Property(MaxTest = 30)]
    public void TranscodingThereAndBackLosesNothing(int seed)
    {
        var syntax = DicomTransferSyntax.ExplicitVRLittleEndian;
        var bytes = RandomDatasets.Make(new Random(seed), syntax);
        foreach (var other in Syntaxes)
        {
            var there = DicomDataset.Parse(bytes, syntax).Encode(other);
            Assert.Equal(bytes, DicomDataset.Parse(there, other).Encode(syntax));
        }
    }

    [Property(MaxTest = 20)]
    public void DeflatedDataSetsComeBack(int seed)
    {
        var bytes = RandomDatasets.Make(new Random(seed), DicomTransferSyntax.ExplicitVRLittleEndian);
        var deflated = DicomDataset.Parse(bytes, DicomTransferSyntax.ExplicitVRLittleEndian).Encode(DicomTransferSyntax.DeflatedExplicitVRLittleEndian);
        Assert.True(deflated.Length % 2 == 0);
        var read = DicomDataset.Parse(deflated, DicomTransferSyntax.DeflatedExplicitVRLittleEndian);
        Assert.Equal(bytes, read.Encode(DicomTransferSyntax.ExplicitVRLittleEndian));
        Assert.Equal(deflated, read.Encode(DicomTransferSyntax.DeflatedExplicitVRLittleEndian));
    }

    [Property(MaxTest = 60)]
    public void DamageGivesNothingButDicomExceptions(int seed)
    {
        var random = new Random(seed);
        foreach (var syntax in Syntaxes)
        {
            var file = new MemoryStream();
            DicomFile.WriteFileMeta(file, DicomUid.CTImageStorage, "1.2.3", syntax.Uid);
            file.Write(RandomDatasets.Make(random, syntax));
            var bytes = file.ToArray();
            for (var i = random.Next(1, 12); i > 0; i--) bytes[random.Next(132, bytes.Length)] = (byte)(random.Next(3) == 0 ? 0xFF : random.Next(256));
            if (random.Next(4) == 0) bytes = bytes[..random.Next(bytes.Length)];
            TryEverything(bytes, (TruncationRule)random.Next(3));
        }
    }

    [Property(MaxTest = 60)]
    public void AnyBytesGiveNothingButDicomExceptions(byte[] bytes)
    {
        foreach (var syntax in (DicomTransferSyntax[])[.. Syntaxes, DicomTransferSyntax.DeflatedExplicitVRLittleEndian])
        {
            try
            {
                Walk(DicomDataset.Parse(bytes, syntax));
            }
            catch (DicomException)
            {
                // The only way out that is allowed.
            }
        }
    }

    private static void TryEverything(byte[] bytes, TruncationRule rule)
    {
        try
        {
            var file = DicomFile.Parse(bytes, new DicomReadOptions { Truncation = rule, MissingMeta = MissingMetaRule.Guess });
            Walk(file.Dataset);
            Walk(file.FileMeta);
            DicomJson.Write(file.Dataset);
            file.Write(Stream.Null);
            var changed = file.Dataset.Clone().Set(DicomTag.PatientName, "山田^太郎");
            Assert.Equal("山田^太郎", changed.GetString(DicomTag.PatientName));
            changed.Encode(DicomTransferSyntax.ExplicitVRLittleEndian);
            DicomPixelData.Open(file.Dataset, file.TransferSyntax).DecodeFrame(0);
        }
        catch (DicomException)
        {
            // The only way out that is allowed.
        }
    }

    private static void Walk(DicomDataset dataset)
    {
        foreach (var element in dataset)
        {
            element.GetString();
            element.GetStrings();
            element.GetDoubles();
            element.GetInts();
            element.GetBytes();
            foreach (var item in element.Items) Walk(item);
        }
    }
}
