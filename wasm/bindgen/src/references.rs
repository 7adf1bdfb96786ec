//! Which data each function refers to, and which data refers to which, by the linker's relocations: nothing is guessed
//! from numbers that look like addresses.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use wasmparser::{
    DataKind, KnownCustom, Linking, LinkingSectionReader, Name, Operator, Parser, Payload, RelocationType, SymbolInfo, TypeRef,
};

/// What stands where in the engine's memory when it starts, and who refers to it.
#[derive(Default)]
pub struct References {
    /// The addresses of each piece of data; they do not overlap.
    pub pieces: Vec<Range<u32>>,
    /// The pieces and the functions, by name, that each function refers to by their address.
    functions: BTreeMap<String, Targets>,
    /// The same of each piece.
    data: Vec<Targets>,
}

#[derive(Default, Clone)]
struct Targets {
    pieces: BTreeSet<usize>,
    functions: BTreeSet<String>,
}

/// What is used by some functions.
pub struct Used {
    /// Pieces of data.
    pub pieces: BTreeSet<usize>,
    /// Functions whose address is taken.
    pub addressed: BTreeSet<String>,
}

impl References {
    /// Reads what the linker left behind with `--emit-relocs`.
    ///
    /// # Errors
    /// What is no such module.
    pub fn read(wasm: &[u8]) -> Result<References, String> {
        Raw::read(wasm)?.references()
    }

    /// What the functions of these names use, by however many steps.
    ///
    /// # Errors
    /// The name of a function that the linker does not know.
    pub fn used<'n>(&self, names: impl Iterator<Item = &'n str>) -> Result<Used, String> {
        let mut used = Used { pieces: BTreeSet::new(), addressed: BTreeSet::new() };
        let mut open: Vec<usize> = Vec::new();
        for name in names {
            let Some(targets) = self.targets(name)? else { continue };
            open.extend(&targets.pieces);
            used.addressed.extend(targets.functions.iter().cloned());
        }
        while let Some(piece) = open.pop() {
            if used.pieces.insert(piece) {
                open.extend(&self.data[piece].pieces);
                used.addressed.extend(self.data[piece].functions.iter().cloned());
            }
        }
        Ok(used)
    }

    /// What a function refers to itself; nothing where wasm-bindgen made it.
    fn targets(&self, name: &str) -> Result<Option<&Targets>, String> {
        /// What wasm-bindgen writes around functions that take or give values of JavaScript.
        const MADE: &str = " externref shim";
        // It takes the hash away from the names of functions that it exports.
        let hashed = |known: &str| {
            let hash = known.strip_prefix(name).and_then(|rest| rest.strip_prefix('_'));
            hash.is_some_and(|hash| hash.len() == 16 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()))
        };
        let with_hash =
            || self.functions.range(name.to_owned()..).take_while(|(known, _)| known.starts_with(name)).find(|(known, _)| hashed(known));
        match self.functions.get(name).or_else(|| with_hash().map(|(_, targets)| targets)) {
            Some(targets) => Ok(Some(targets)),
            None if name.ends_with(MADE) => Ok(None),
            None => Err(format!("the linker knows no function {name}")),
        }
    }
}

/// The parts of the module, as they stand in it.
#[derive(Default)]
struct Raw {
    imported: u32,
    /// By the place in the section of code.
    bodies: Vec<Range<usize>>,
    names: BTreeMap<u32, String>,
    /// The address of each segment of data, and its place in the section.
    segments: Vec<(u32, Range<usize>)>,
    symbols: Vec<Symbol>,
    code: Vec<(usize, RelocationType, u32)>,
    data: Vec<(usize, RelocationType, u32)>,
}

enum Symbol {
    Function(u32),
    /// Segment, offset and size.
    Data(u32, u32, u32),
    Other,
}

impl Raw {
    fn read(wasm: &[u8]) -> Result<Raw, String> {
        let text = |error: wasmparser::BinaryReaderError| error.to_string();
        let (mut raw, mut code_at, mut relocations) = (Raw::default(), 0, Vec::new());
        let (mut section, mut code_section, mut data_section) = (0u32, u32::MAX, u32::MAX);
        for payload in Parser::new(0).parse_all(wasm) {
            let payload = payload.map_err(text)?;
            match &payload {
                Payload::ImportSection(imports) => {
                    for import in imports.clone().into_imports() {
                        raw.imported += u32::from(matches!(import.map_err(text)?.ty, TypeRef::Func(_)));
                    }
                }
                Payload::CodeSectionStart { range, .. } => (code_at, code_section) = (range.start, section),
                Payload::CodeSectionEntry(body) => {
                    let range = body.range();
                    raw.bodies.push(range.start - code_at..range.end - code_at);
                }
                Payload::DataSection(segments) => {
                    data_section = section;
                    let data_at = segments.range().start;
                    for segment in segments.clone() {
                        let segment = segment.map_err(text)?;
                        let DataKind::Active { offset_expr, .. } = segment.kind else { return Err("a segment of data is passive".into()) };
                        let Operator::I32Const { value } = offset_expr.get_operators_reader().read().map_err(text)? else {
                            return Err("a segment of data has no fixed address".into());
                        };
                        let end = segment.range.end - data_at;
                        raw.segments.push((value.cast_unsigned(), end - segment.data.len()..end));
                    }
                }
                Payload::CustomSection(custom) => match custom.as_known() {
                    KnownCustom::Name(names) => {
                        for name in names {
                            if let Name::Function(functions) = name.map_err(text)? {
                                for naming in functions {
                                    let naming = naming.map_err(text)?;
                                    raw.names.insert(naming.index, naming.name.to_owned());
                                }
                            }
                        }
                    }
                    KnownCustom::Linking(linking) => raw.symbols(linking).map_err(text)?,
                    KnownCustom::Reloc(reloc) => relocations.push(reloc),
                    _ => {}
                },
                _ => {}
            }
            section += u32::from(is_section(&payload));
        }
        for reloc in relocations {
            let list = match reloc.section_index() {
                at if at == code_section => &mut raw.code,
                at if at == data_section => &mut raw.data,
                _ => continue,
            };
            for entry in reloc.entries() {
                let entry = entry.map_err(text)?;
                list.push((entry.offset as usize, entry.ty, entry.index));
            }
        }
        if raw.code.is_empty() || raw.symbols.is_empty() {
            return Err("the linker left no relocations behind".into());
        }
        Ok(raw)
    }

    fn symbols(&mut self, linking: LinkingSectionReader<'_>) -> Result<(), wasmparser::BinaryReaderError> {
        for part in linking.subsections() {
            let Linking::SymbolTable(symbols) = part? else { continue };
            for symbol in symbols {
                self.symbols.push(match symbol? {
                    SymbolInfo::Func { index, .. } => Symbol::Function(index),
                    SymbolInfo::Data { symbol: Some(at), .. } => Symbol::Data(at.index, at.offset, at.size),
                    _ => Symbol::Other,
                });
            }
        }
        Ok(())
    }

    fn references(self) -> Result<References, String> {
        let address = |segment: u32, offset: u32| self.segments.get(segment as usize).map(|(address, _)| address + offset);
        let mut all: Vec<Range<u32>> = Vec::new();
        for symbol in &self.symbols {
            if let Symbol::Data(segment, offset, size @ 1..) = symbol {
                // What the linker keeps zero has a symbol and no segment in the file.
                all.extend(address(*segment, *offset).map(|start| start..start + size));
            }
        }
        all.sort_by_key(|range| range.start);
        let mut pieces: Vec<Range<u32>> = Vec::new();
        for range in all {
            match pieces.last_mut() {
                Some(last) if range.start < last.end => last.end = last.end.max(range.end),
                _ => pieces.push(range),
            }
        }
        let piece = |at: u32| pieces.partition_point(|range| range.end <= at);
        let target = |kind: RelocationType, symbol: u32, targets: &mut Targets| match (kind, self.symbols.get(symbol as usize)) {
            (
                RelocationType::MemoryAddrLeb | RelocationType::MemoryAddrSleb | RelocationType::MemoryAddrI32,
                Some(Symbol::Data(segment, offset, _)),
            ) => {
                let found = address(*segment, *offset).map(|at| (at, piece(at)));
                targets
                    .pieces
                    .extend(found.filter(|(at, found)| pieces.get(*found).is_some_and(|range| range.contains(at))).map(|(_, found)| found));
            }
            (RelocationType::TableIndexSleb | RelocationType::TableIndexI32, Some(Symbol::Function(index))) => {
                targets.functions.extend(self.names.get(index).cloned());
            }
            _ => {}
        };
        let mut functions: BTreeMap<String, Targets> = BTreeMap::new();
        let mut per_body = vec![Targets::default(); self.bodies.len()];
        for (offset, kind, symbol) in &self.code {
            let body = self.bodies.partition_point(|range| range.end <= *offset);
            target(*kind, *symbol, per_body.get_mut(body).ok_or("a relocation stands outside of the code")?);
        }
        for (at, targets) in (self.imported..).zip(per_body) {
            // Two functions of one name count as one.
            let known = functions.entry(self.names.get(&at).cloned().unwrap_or_default()).or_default();
            known.pieces.extend(targets.pieces);
            known.functions.extend(targets.functions);
        }
        let mut data = vec![Targets::default(); pieces.len()];
        for (offset, kind, symbol) in &self.data {
            let segment = self.segments.iter().find(|(_, range)| range.contains(offset));
            let (start, range) = segment.ok_or("a relocation stands outside of the data")?;
            let at = start + u32::try_from(offset - range.start).map_err(|error| error.to_string())?;
            let within = piece(at);
            if pieces.get(within).is_none_or(|range| !range.contains(&at)) {
                return Err(format!("the linker has no symbol for the address at {at}"));
            }
            target(*kind, *symbol, &mut data[within]);
        }
        Ok(References { pieces, functions, data })
    }
}

/// Whether it is a section of its own, as relocations count them.
fn is_section(payload: &Payload<'_>) -> bool {
    !matches!(payload, Payload::Version { .. } | Payload::CodeSectionEntry(_) | Payload::End(_))
}
