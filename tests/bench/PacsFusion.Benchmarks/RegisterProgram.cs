using System.Globalization;
using PacsFusion.Imaging;

namespace PacsFusion.Benchmarks;

/// <summary>Registers two MetaImage files, as the peers of the bench do. The whole process is measured, reading included.</summary>
internal static class RegisterProgram
{
    /// <summary>FIXED.mhd MOVING.mhd OUT.txt: writes 12 numbers, R by rows and then b; y = R x + b, fixed to moving, LPS mm.</summary>
    public static int Run(string[] arguments)
    {
        if (arguments is not [var fixedFile, var movingFile, var target])
        {
            Console.Error.WriteLine("usage: register FIXED.mhd MOVING.mhd OUT.txt");
            return 2;
        }
        using var fixedVolume = MetaImage.Read(fixedFile);
        using var movingVolume = MetaImage.Read(movingFile);
        var outcome = new MutualInformationRegistration(new RegistrationOptions { Threads = 1 }).Register(fixedVolume, movingVolume, Affine.Identity);
        if (!outcome.TryGet(out var result, out var refusal))
        {
            Console.Error.WriteLine($"{refusal.Code}: {refusal.Text}");
            return 5;
        }
        var m = result.FixedToMoving;
        double[] numbers = [m.M00, m.M01, m.M02, m.M10, m.M11, m.M12, m.M20, m.M21, m.M22, m.M03, m.M13, m.M23];
        File.WriteAllText(target, string.Join(' ', numbers.Select(number => number.ToString("R", CultureInfo.InvariantCulture))) + "\n");
        return 0;
    }
}
