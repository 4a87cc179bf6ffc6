#!/usr/bin/env python3
"""Runs every sample function and checks its answers.

    pip install -r requirements.txt
    python3 test_functions.py

The WebAssembly modules run in wasmtime, with the environment and the memory
limit that Starling gives them; the Python handlers are called directly.
"""

import functools
import hashlib
import importlib.util
import io
import json
import tempfile
import threading
import time
import unittest
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import wasmtime
from PIL import Image, ImageDraw

FUNCTIONS = Path(__file__).resolve().parent.parent
MIB = 1024 * 1024
PAGE = 64 * 1024


@dataclass
class Result:
    """What one call of a module left behind."""

    code: int | None  # None after a trap
    stdout: bytes
    stderr: bytes
    pages: int  # size of its memory at the end


def make_engine() -> wasmtime.Engine:
    """Return an engine whose calls can be interrupted (see Testing.test_loop)."""
    config = wasmtime.Config()
    config.epoch_interruption = True
    return wasmtime.Engine(config)


ENGINE = make_engine()


@functools.cache
def compiled(name: str) -> wasmtime.Module:
    """Return a module, compiled once for all calls."""
    return wasmtime.Module.from_file(ENGINE, str(FUNCTIONS / f"{name}.wasm"))


def call(
    name: str, body: bytes = b"", env: dict[str, str] | None = None, memory: int = 16 * MIB
) -> Result:
    """Run a module the way the platform does: a fresh instance for one request."""
    with tempfile.TemporaryDirectory() as folder:
        stdin, stdout, stderr = (Path(folder, f) for f in ("in", "out", "err"))
        stdin.write_bytes(body)
        wasi = wasmtime.WasiConfig()
        wasi.stdin_file = str(stdin)
        wasi.stdout_file = str(stdout)
        wasi.stderr_file = str(stderr)
        wasi.env = list((env or {}).items())
        store = wasmtime.Store(ENGINE)
        store.set_wasi(wasi)
        store.set_limits(memory_size=memory)
        store.set_epoch_deadline(1)
        linker = wasmtime.Linker(ENGINE)
        linker.define_wasi()
        exports = linker.instantiate(store, compiled(name)).exports(store)
        code: int | None = 0
        try:
            exports["_start"](store)
        except wasmtime.ExitTrap as stop:
            code = stop.code
        except wasmtime.Trap:
            code = None
        pages = exports["memory"].size(store)
        return Result(code, stdout.read_bytes(), stderr.read_bytes(), pages)


def load(path: str) -> ModuleType:
    """Import a Python handler from its file."""
    spec = importlib.util.spec_from_file_location(Path(path).stem, FUNCTIONS / path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def noise(size: int) -> bytes:
    """Return the same incompressible bytes each time."""
    return hashlib.shake_128(b"starling").digest(size)


class EveryModule(unittest.TestCase):
    """What the contract asks of all modules."""

    def test_exports_and_memory(self) -> None:
        for path in FUNCTIONS.glob("*/*.wasm"):
            with self.subTest(path.name):
                module = wasmtime.Module.from_file(ENGINE, str(path))
                exports = {export.name: export.type for export in module.exports}
                self.assertEqual({"memory", "_start"}, set(exports))
                self.assertEqual(1, exports["memory"].limits.min)
                imports = {item.module for item in module.imports}
                self.assertLessEqual(imports, {"wasi_snapshot_preview1"})


class Echo(unittest.TestCase):
    def test_any_bytes(self) -> None:
        for body in (b"", b"hello", bytes(range(256)) * 2, noise(5_000_000)):
            with self.subTest(len(body)):
                result = call("echo/echo", body, memory=PAGE)
                self.assertEqual((0, b""), (result.code, result.stderr))
                self.assertTrue(body == result.stdout)


class Sha256(unittest.TestCase):
    def test_against_hashlib(self) -> None:
        sizes = [*range(0, 130), 16383, 16384, 16385, 16384 + 55, 16384 + 56, MIB, 3 * MIB + 1]
        data = noise(max(sizes))
        for size in sizes:
            with self.subTest(size):
                body = data[:size]
                result = call("sha256/sha256", body, memory=PAGE)
                self.assertEqual(0, result.code)
                self.assertEqual(hashlib.sha256(body).hexdigest() + "\n", result.stdout.decode())


class Noop(unittest.TestCase):
    def test_nothing(self) -> None:
        self.assertEqual(Result(0, b"", b"", 1), call("noop/noop", b"ignored", memory=PAGE))


class Thumbnail(unittest.TestCase):
    CGI = {"cgi_response": "true"}

    @staticmethod
    def encode(image: Image.Image, form: str, **options: Any) -> bytes:
        """Return the file of an image."""
        file = io.BytesIO()
        image.save(file, form, **options)
        return file.getvalue()

    def thumbnail(self, body: bytes, query: str = "", memory: int = 16 * MIB) -> Image.Image:
        """Ask for a thumbnail that must succeed, and decode it."""
        result = call("thumbnail/thumbnail", body, self.CGI | {"Http_Query": query}, memory)
        self.assertEqual((0, b""), (result.code, result.stderr))
        head, png = result.stdout.split(b"\n\n", 1)
        self.assertEqual(b"Content-Type: image/png", head)
        image = Image.open(io.BytesIO(png))
        self.assertEqual("PNG", image.format)
        image.load()
        return image

    def refusal(self, body: bytes, query: str = "", memory: int = 16 * MIB) -> bytes:
        """Send what must be refused, and return the status."""
        result = call("thumbnail/thumbnail", body, self.CGI | {"Http_Query": query}, memory)
        self.assertEqual(0, result.code)
        head, text = result.stdout.split(b"\n\n", 1)
        self.assertIn(b"Content-Type: text/plain", head)
        self.assertGreater(len(text), 5)
        return head.split(b"\n")[0].removeprefix(b"Status: ")

    def test_sizes(self) -> None:
        sample = (FUNCTIONS / "thumbnail/sample.png").read_bytes()
        for query, size in {
            "": (128, 80),
            "size=64": (64, 40),
            "a=b&size=100": (100, 63),
            "size=0": (1, 1),
            "size=1": (1, 1),
            "size=640": (640, 400),
            "size=99999999999": (640, 400),  # no enlargement
        }.items():
            with self.subTest(query):
                self.assertEqual(size, self.thumbnail(sample, query).size)
        wide = self.encode(Image.new("L", (3000, 2), 77), "PNG")
        self.assertEqual((1024, 1), self.thumbnail(wide, "size=5000").size)

    def test_formats(self) -> None:
        sample = Image.open(FUNCTIONS / "thumbnail/sample.png").convert("RGB")
        rgba = sample.copy()
        rgba.putalpha(200)
        files = {
            "png": self.encode(sample, "PNG"),
            "palette": self.encode(sample.quantize(64), "PNG"),
            "alpha": self.encode(rgba, "PNG"),
            "grey": self.encode(sample.convert("L"), "PNG"),
            "grey alpha": self.encode(rgba.convert("LA"), "PNG"),
            "bilevel": self.encode(sample.convert("1"), "PNG"),
            "16 bits": self.encode(sample.convert("L").convert("I;16"), "PNG"),
            "jpeg": self.encode(sample, "JPEG", quality=90),
            "progressive": self.encode(sample, "JPEG", quality=90, progressive=True),
            "grey jpeg": self.encode(sample.convert("L"), "JPEG"),
            "bmp": self.encode(sample, "BMP"),
        }
        for name, file in files.items():
            with self.subTest(name):
                image = self.thumbnail(file)
                self.assertEqual((128, 80), image.size)
                if name in ("png", "jpeg", "progressive", "bmp"):
                    pixel = image.getpixel((86, 42))  # in the sun
                    for got, wanted in zip(pixel, (255, 225, 120), strict=True):
                        self.assertAlmostEqual(wanted, got, delta=6)

    def test_filter(self) -> None:
        # Half black and half white in light is 188 in sRGB, not 128.
        checks = Image.new("L", (256, 256))
        checks.putdata([255 * ((x + y) % 2) for y in range(256) for x in range(256)])
        self.assertEqual({188}, set(self.thumbnail(self.encode(checks, "PNG")).tobytes()))
        # Transparent pixels do not bleed their colour.
        glass = Image.new("RGBA", (256, 256), (0, 255, 0, 0))
        ImageDraw.Draw(glass).rectangle((0, 0, 256, 127), (255, 0, 0, 255))
        image = self.thumbnail(self.encode(glass, "PNG"), "size=3")
        self.assertEqual([255, 128, 0], [image.getpixel((1, y))[3] for y in range(3)])
        self.assertEqual((255, 0, 0), image.getpixel((1, 1))[:3])
        # A flat colour stays as it is, at odd ratios too.
        for grey in range(0, 256, 5):
            flat = self.encode(Image.new("L", (211, 97), grey), "PNG")
            self.assertEqual({grey}, set(self.thumbnail(flat, "size=50").tobytes()))

    def test_memory(self) -> None:
        # The claims of README.md: incompressible 1000x1000 pictures.
        rgb = Image.frombytes("RGB", (1000, 1000), noise(3_000_000))
        rgba = Image.frombytes("RGBA", (1000, 1000), noise(4_000_000))
        for name, file, memory in (
            ("rgb", self.encode(rgb, "PNG"), 8),
            ("rgba", self.encode(rgba, "PNG"), 8),
            ("jpeg", self.encode(rgb, "JPEG", quality=95), 5),
            ("progressive", self.encode(rgb, "JPEG", quality=95, progressive=True), 8),
            ("bmp", self.encode(rgb, "BMP"), 3),
        ):
            with self.subTest(name):
                self.thumbnail(file, memory=memory * MIB)
        for query in ("size=128", "size=1024"):
            for memory in range(2, 20, 3):
                if memory < 8 or query == "size=1024":
                    status = self.refusal(self.encode(rgb, "PNG"), query, memory * MIB)
                    self.assertEqual(b"413", status)

    def test_refusals(self) -> None:
        sample = (FUNCTIONS / "thumbnail/sample.png").read_bytes()
        self.assertEqual(b"400", self.refusal(b""))
        self.assertEqual(b"400", self.refusal(sample, "size=big"))
        self.assertEqual(b"400", self.refusal(sample, "size=-5"))
        self.assertEqual(b"400", self.refusal(sample, "size="))
        self.assertEqual(b"400", self.refusal(sample[: len(sample) // 2]))
        self.assertEqual(b"415", self.refusal(b"this is not an image"))
        self.assertEqual(b"415", self.refusal(noise(100_000)))
        wide = self.encode(Image.new("1", (20000, 1)), "PNG")
        self.assertEqual(b"413", self.refusal(wide))

    def test_damaged_files_never_trap(self) -> None:
        sample = Image.open(FUNCTIONS / "thumbnail/sample.png").convert("RGB").resize((80, 50))
        for form in ("PNG", "JPEG", "BMP"):
            file = self.encode(sample, form)
            dice = noise(3 * 120)
            for i in range(120):
                damaged = bytearray(file)
                for _ in range(3):
                    at = int.from_bytes(dice[3 * i : 3 * i + 2], "big") % len(damaged)
                    damaged[at] ^= dice[3 * i + 2] | 1
                with self.subTest(form, i=i):
                    result = call("thumbnail/thumbnail", bytes(damaged), self.CGI)
                    self.assertEqual(0, result.code, result.stderr)

    def test_without_cgi_response(self) -> None:
        sample = (FUNCTIONS / "thumbnail/sample.png").read_bytes()
        result = call("thumbnail/thumbnail", sample)
        self.assertEqual(0, result.code)
        self.assertEqual((128, 80), Image.open(io.BytesIO(result.stdout)).size)
        result = call("thumbnail/thumbnail", b"no image")
        self.assertEqual((1, b""), (result.code, result.stdout))
        self.assertEqual(b"thumbnail: not a PNG, JPEG or BMP image\n", result.stderr)


class Testing(unittest.TestCase):
    """The modules under testing/."""

    def test_loop(self) -> None:
        timer = threading.Timer(0.3, ENGINE.increment_epoch)
        start = time.monotonic()
        timer.start()
        result = call("testing/loop")
        timer.join()
        self.assertIsNone(result.code)
        self.assertGreater(time.monotonic() - start, 0.25)

    def test_trap(self) -> None:
        self.assertEqual(Result(None, b"", b"about to trap\n", 1), call("testing/trap"))

    def test_exit3(self) -> None:
        self.assertEqual(Result(3, b"", b"exiting with code 3\n", 1), call("testing/exit3"))

    def test_grow(self) -> None:
        for mib in (1, 16, 40):
            result = call("testing/grow", memory=mib * MIB)
            self.assertEqual(0, result.code)
            self.assertEqual(f"got {mib} MiB ({mib * 16} pages)\n", result.stdout.decode())
        self.assertEqual(b"got 0 MiB (1 pages)\n", call("testing/grow", memory=PAGE).stdout)

    def test_env(self) -> None:
        env = {"Http_Path": "/a", "B": "2", "A": "ä=1", "Http_Method": "GET", "EMPTY": ""}
        result = call("testing/env", env=env)
        lines = sorted(f"{name}={value}\n".encode() for name, value in env.items())
        self.assertEqual((0, b"".join(lines)), (result.code, result.stdout))
        self.assertEqual((0, b""), (call("testing/env").code, call("testing/env").stdout))
        many = {f"NAME_{i}": "x" * 100 for i in range(1000)}
        self.assertEqual(1000, call("testing/env", env=many).stdout.count(b"\n"))

    def test_sleep(self) -> None:
        for milliseconds, body in ((0, b"0"), (250, b"250\n")):
            start = time.monotonic()
            result = call("testing/sleep", body)
            self.assertGreaterEqual(time.monotonic() - start, milliseconds / 1000)
            self.assertEqual((0, f"slept {milliseconds}\n"), (result.code, result.stdout.decode()))
        for body in (b"", b"soon", b"-1", b"1.5"):
            self.assertEqual(1, call("testing/sleep", body).code)

    def test_cgi(self) -> None:
        for query, status in (("", 418), ("status=404", 404), ("a=1&status=201&b=2", 201)):
            result = call("testing/cgi", env={"Http_Query": query})
            wanted = f"Status: {status}\nContent-Type: text/plain\nX-Custom: hello\n\nteapot"
            self.assertEqual((0, wanted), (result.code, result.stdout.decode()))
        self.assertEqual(1, call("testing/cgi", env={"Http_Query": "status=x"}).code)


class WordCount(unittest.TestCase):
    def test_counts(self) -> None:
        handle = load("wordcount/wordcount.py").handle
        for text, counts in {
            "": {},
            " ... --- _ ' ": {},
            "The cat and the dog and THE bird": {"the": 3, "and": 2, "bird": 1, "cat": 1, "dog": 1},
            "Don't, don\u2019t; 'quoted' it''s": {"don't": 1, "don\u2019t": 1, "it": 1, "quoted": 1, "s": 1},
            "Äpfel a\u0308pfel ÄPFEL": {"äpfel": 3},
            "हिन्दी हिन्दी": {"हिन्दी": 2},
            "Привет, ПРИВЕТ! 42 snake_case": {"привет": 2, "42": 1, "case": 1, "snake": 1},
        }.items():
            with self.subTest(text):
                answer = json.loads(handle(text))
                self.assertEqual(list(counts.items()), list(answer.items()))
        self.assertEqual('{"ä": 1}', handle("Ä"))


class Slugify(unittest.TestCase):
    def setUp(self) -> None:
        self.handle = load("slugify/handler.py").handle

    def ask(
        self, method: str, query: dict[str, str] | None = None, body: bytes = b"", kind: str = ""
    ) -> tuple[int, Any]:
        """Send a request and return status and body."""
        headers = {"Content-type": kind} if kind else {}
        event = SimpleNamespace(method=method, path="/", query=query or {}, headers=headers, body=body)
        answer = self.handle(event, None)
        json.dumps(answer["body"])
        return answer["statusCode"], answer["body"]

    def test_good(self) -> None:
        as_json = "application/json; charset=utf-8"
        slug = {"slug": "deja-vu-encore"}
        self.assertEqual((200, slug), self.ask("GET", {"text": "Déjà vu, encore!"}))
        self.assertEqual((200, slug), self.ask("POST", body="Déjà vu, encore!\n".encode()))
        self.assertEqual((200, slug), self.ask("POST", {"text": "Déjà vu, encore!"}))
        body = json.dumps({"text": "Déjà vu, encore!", "separator": "_", "max_length": 8}).encode()
        self.assertEqual((200, {"slug": "deja_vu"}), self.ask("POST", body=body, kind=as_json))
        query = {"text": "影師嗎", "separator": ".", "max_length": "8"}
        self.assertEqual((200, {"slug": "ying.shi"}), self.ask("GET", query))
        self.assertEqual((200, {"slug": ""}), self.ask("GET", {"text": "!!!"}))

    def test_bad(self) -> None:
        as_json = "application/json"
        for query in (
            {},
            {"text": " "},
            {"text": "a", "separator": "/"},
            {"text": "a", "max_length": "-1"},
            {"text": "a", "max_length": "9" * 5000},
            {"text": "a" * 10_001},
        ):
            self.assertEqual(400, self.ask("GET", query)[0], query)
        for body in (b"{", b"[]", b'"a"', b"{}", b'{"text": 5}', b'{"text": "a", "x": 1}', b"[" * 100_000,
                     b'{"text": "a", "separator": []}', b'{"text": "a", "max_length": 1.5}', b"\xff"):
            self.assertEqual(400, self.ask("POST", body=body, kind=as_json)[0], body[:40])
        self.assertEqual(400, self.ask("POST", body=b"\xff\xfe")[0])
        self.assertEqual(200, self.ask("POST", body=b'{"text": "a\\ud800b"}', kind=as_json)[0])
        self.assertEqual(405, self.ask("DELETE")[0])


if __name__ == "__main__":
    unittest.main()
