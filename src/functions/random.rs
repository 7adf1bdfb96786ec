//! Functions that draw random values, all from the world's source, so that a run can be repeated.

use super::{Arguments, Example, Function, Run, Type, optional, required};
use crate::diagnostic::Code;
use crate::program::{Fault, Halt, Value, World};

/// The longest random text; the vendor's bound.
const LONGEST: usize = 256;

/// What a random text is made of, each with the parameter that says how many at least.
const KINDS: [(usize, &str, &str); 4] = [
    (1, "numbers", "0123456789"),
    (2, "special characters", r##"~!@#$%^&*_-+=`|\(){}[]:;"'<>,.?/"##),
    (3, "capital letters", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
    (4, "lower case letters", "abcdefghijklmnopqrstuvwxyz"),
];

pub(super) static FUNCTIONS: &[Function] = &[
    Function {
        name: "Guid",
        summary: "Makes a new random GUID.",
        example: Example { expression: "Guid()", value: "" },
        nullable: false,
        pure: false,
        run: Run::Native(|arguments| {
            let world = arguments.world();
            // Version 4, variant 1 (RFC 9562, section 5.4): all other bits are random.
            let high = draw(world)? & !0xF000 | 0x4000;
            let low = draw(world)? & !(0b11 << 62) | 0b10 << 62;
            let (a, b, c) = (high >> 32, high >> 16 & 0xFFFF, high & 0xFFFF);
            let (d, e) = (low >> 48, low & 0xFFFF_FFFF_FFFF);
            Ok(Value::text(format!("{a:08x}-{b:04x}-{c:04x}-{d:04x}-{e:012x}")))
        }),
        ..Function::PLAIN
    },
    Function {
        name: "RandomString",
        parameters: &[
            required("Length", Type::Number, "how long the text is, at most 256"),
            required("MinimumNumbers", Type::Number, "how many digits at least"),
            required("MinimumSpecialCharacters", Type::Number, "how many special characters at least"),
            required("MinimumCapital", Type::Number, "how many capital letters at least"),
            required("MinimumLowerCase", Type::Number, "how many lower case letters at least"),
            optional("CharactersToAvoid", Type::Text, "characters that must not occur"),
        ],
        summary: "Makes a random text of a given length with at least so many characters of each kind.",
        example: Example { expression: "RandomString(10, 2, 2, 2, 1, \"?,\")", value: "" },
        nullable: false,
        pure: false,
        run: Run::Native(random_string),
        ..Function::PLAIN
    },
];

fn random_string<'a>(arguments: &mut (dyn Arguments<'a> + '_)) -> Result<Value<'a>, Halt> {
    let length = count(arguments, 0)?;
    if !(1..=LONGEST).contains(&length) {
        return Err(Fault::of(0, Code::InvalidLength, format!("a random text has 1 to {LONGEST} characters, and {length} are asked for")));
    }
    let mut least = [0; KINDS.len()];
    for (least, (at, ..)) in least.iter_mut().zip(KINDS) {
        *least = count(arguments, at)?;
    }
    let needed = least.iter().fold(0usize, |sum, least| sum.saturating_add(*least));
    if needed > length {
        return Err(Fault::of(0, Code::InvalidLength, format!("{needed} characters are required one by one, and the text has {length}")));
    }
    let avoid = arguments.text(5)?.unwrap_or_default();
    let world = arguments.world();

    let mut all = Vec::new();
    let mut drawn = Vec::with_capacity(length);
    for (least, (at, kind, characters)) in least.into_iter().zip(KINDS) {
        let allowed: Vec<char> = characters.chars().filter(|character| !avoid.contains(*character)).collect();
        for _ in 0..least {
            drawn
                .push(pick(world, &allowed)?.ok_or_else(|| {
                    Fault::of(at, Code::InvalidLength, format!("all {kind} are to be avoided, and {least} are required"))
                })?);
        }
        all.extend(allowed);
    }
    while drawn.len() < length {
        drawn.push(pick(world, &all)?.ok_or_else(|| Fault::of(5, Code::InvalidLength, "no character is left to draw from"))?);
    }
    // Fisher-Yates: so far the kinds stand in the order of the parameters.
    for at in (1..drawn.len()).rev() {
        drawn.swap(at, below(world, at + 1)?);
    }
    Ok(Value::text(drawn.into_iter().collect::<String>()))
}

/// An argument that counts characters.
fn count<'a>(arguments: &mut (dyn Arguments<'a> + '_), at: usize) -> Result<usize, Halt> {
    let number = arguments.int(at)?.ok_or_else(|| Fault::of(at, Code::InvalidLength, "a number is wanted here, and the value is null"))?;
    usize::try_from(number).map_err(|_| Fault::of(at, Code::InvalidLength, format!("{number} is less than 0")))
}

fn pick(world: &dyn World, from: &[char]) -> Result<Option<char>, Halt> {
    if from.is_empty() {
        return Ok(None);
    }
    Ok(from.get(below(world, from.len())?).copied())
}

/// A random number below a bound. Multiplying instead of dividing keeps what bias there is below one in 2^56.
fn below(world: &dyn World, bound: usize) -> Result<usize, Halt> {
    Ok(((u128::from(draw(world)?) * bound as u128) >> 64) as usize)
}

fn draw(world: &dyn World) -> Result<u64, Halt> {
    world.random().ok_or_else(|| Fault::whole(Code::NoRandom, "no source of random values is given"))
}
