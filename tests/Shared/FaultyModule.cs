using System.Globalization;

namespace PacsFusion.Tests;

/// <summary>
/// A module with the exports of the real one whose decoder does whatever a test wants: buffers at fixed places, one context.
/// </summary>
internal static class FaultyModule
{
    /// <summary>Stores the value 7 in every byte of the frame; 8 in an instance that has been through a body.</summary>
    public const string Fills = "(memory.fill (i32.const 65536) (i32.add (i32.const 7) (global.get $used)) (global.get $decoded))";

    public const string Loops = "(loop $l (br $l))";

    public const string Traps = "unreachable";

    /// <summary>Asks for 2 GiB in one go, and breaks off where it does not get them, as C++ without exceptions does.</summary>
    public const string AsksForTwoGigabytes = "(if (i32.eq (memory.grow (i32.const 32768)) (i32.const -1)) (then unreachable))";

    public const string Complains = "(call $complain (i32.const 16) (i32.const 9))";

    /// <summary>
    /// A JPEG-LS stream up to its scan, with an application segment whose byte decides what the decoder does: 1 runs the body.
    /// </summary>
    public static byte[] Frame(byte mark, int rows, int columns, byte precision) =>
        [0xFF, 0xD8, 0xFF, 0xE0, 0, 10, 0, 0, 0, 0, 0, 0, mark, 0, 0xFF, 0xF7, 0, 11, precision, (byte)(rows >> 8), (byte)rows, (byte)(columns >> 8), (byte)columns, 1, 1, 0x11, 0, 0];

    /// <summary>A module whose decoder runs one body for frames that begin with 1, and fills others.</summary>
    public static string Text(string body)
    {
        var setters = string.Join('\n', ((string[])["SetColumns", "SetRows", "SetBitsAllocated", "SetBitsStored", "SetPixelRepresentation", "SetPlanarConfiguration", "SetPhotometricInterpretation", "SetConvertColorspaceToRgb", "SetEncodedBufferSize", "SetSamplesPerPixel"])
            .Select(name => $"(func (export \"{name}\") (param i32 i32) {Remember(name)})"));
        return string.Create(CultureInfo.InvariantCulture, $$"""
            (module
              (import "env" "onCodecsException" (func $complain (param i32 i32)))
              (memory (export "memory") 4)
              (data (i32.const 16) "bad frame")
              (global $rows (mut i32) (i32.const 0))
              (global $decoded (mut i32) (i32.const 0))
              (global $used (mut i32) (i32.const 0))
              (func (export "_initialize"))
              (func (export "CreateCodecsContext") (result i32) (i32.const 1))
              (func (export "CreateDecoderParameters") (result i32) (i32.const 2))
              (func (export "CreateEncoderParameters") (result i32) (i32.const 3))
              (func (export "ReleaseCodecsContext") (param i32))
              (func (export "ReleaseDecoderParameters") (param i32))
              (func (export "ReleaseEncoderParameters") (param i32))
              (func (export "GetEncodedBuffer") (param i32) (result i32) (i32.const 1024))
              (func (export "GetEncodedBufferSize") (param i32) (result i32) (i32.const 0))
              (func (export "GetDecodedBuffer") (param i32) (result i32) (i32.const 65536))
              (func (export "GetDecodedBufferSize") (param i32) (result i32) (global.get $decoded))
              {{setters}}
              (func (export "DecodeJpegLs") (param i32 i32)
                (if (i32.eq (i32.load8_u (i32.const 1036)) (i32.const 1)) (then (global.set $used (i32.const 1)) {{body}}))
                {{Fills}}))
            """);

        static string Remember(string name) => name switch
        {
            "SetRows" => "(global.set $rows (local.get 1))",
            "SetSamplesPerPixel" => "(global.set $decoded (i32.mul (global.get $rows) (global.get $rows)))",
            _ => "",
        };
    }
}
