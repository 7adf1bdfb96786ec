//! Divides the engine into a first file, with what most visits call and the data that this reads, and a second one with
//! the rest. Both work on one memory and one table, so that together they are the engine that they were made of.
//!
//! What the first file reaches of the second stands in it as a stub: as long as the second file is not there, the stub
//! lets the page bring it in; then it calls on through the table, into which the second file puts its functions.

use crate::references::References;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use walrus::ir::{UnaryOp, Value};
use walrus::passes::gc;
use walrus::{
    ConstExpr, DataKind, ElementItems, ElementKind, ExportItem, FunctionBuilder, FunctionId, FunctionKind, GlobalId, GlobalKind,
    ImportedFunction, InstrSeqBuilder, LocalId, MemoryId, Module, TableId, TypeId, ValType,
};

/// The module of which the second file takes what the first one has.
const FIRST: &str = "first";
/// The export that says whether the second file is there.
const LOADED: &str = "loaded";
/// The engine's function that asks the page for the second file.
const ASK: &str = "loadRest";
/// Data that is shorter stays where it is: a segment of its own costs more.
const SHORTEST: u32 = 32;
/// A function by its number, which is the same each time that the engine is read.
type Number = usize;
/// Which function of the second file stands where in the table.
type Slots = BTreeMap<u32, Number>;
/// A piece of data and its address.
type Piece = (u32, Vec<u8>);

/// The engine, with what is divided by number.
struct Engine {
    module: Module,
    functions: Vec<FunctionId>,
    table: TableId,
    memory: MemoryId,
    /// The function that brings in the second file.
    ask: FunctionId,
}

/// Divides a module: functions of the given numbers are in the first file, all others in the second.
///
/// # Errors
/// What the module lacks.
pub fn split(wasm: &[u8], references: &References, called: &BTreeSet<Number>) -> Result<(Vec<u8>, Vec<u8>), String> {
    let (mut first, mut without, mut second) = (Engine::read(wasm)?, Engine::read(wasm)?, Engine::read(wasm)?);
    let local = first.module.funcs.iter().enumerate().filter(|(_, function)| matches!(function.kind, FunctionKind::Local(_)));
    let (stay, go): (Vec<_>, Vec<_>) = local.partition(|(number, _)| called.contains(number));
    let names = stay.iter().map(|(_, function)| function.name.as_deref().unwrap_or_default());
    let used = references.used(names)?;
    let moved: BTreeSet<Number> = go.iter().map(|(number, _)| *number).collect();
    if moved.iter().any(|number| first.functions[*number] == first.ask) {
        return Err(format!("{ASK} was not called, and must be in the first file"));
    }

    let data = cut(&mut first.module, &runs(&references.pieces, &used.pieces))?;
    let mut slots = first.vacate(&moved, &used.addressed)?;
    without.vacate(&moved, &used.addressed)?;
    let loaded = first.module.globals.add_local(ValType::I32, true, false, ConstExpr::Value(Value::I32(0)));
    first.module.exports.add(LOADED, loaded);
    for number in without.reached(&moved) {
        let slot = first.slot(number, &mut slots);
        first.stub(number, slot, loaded);
    }
    for taken in second.rest(&moved, &slots, data)? {
        first.give(taken)?;
    }
    gc::run(&mut first.module);
    Ok((first.module.emit_wasm(), second.module.emit_wasm()))
}

/// Reads a module without what the linker and wasm-bindgen left for each other.
///
/// # Errors
/// What is no module.
pub fn parse(wasm: &[u8]) -> Result<Module, String> {
    let mut module = Module::from_buffer(wasm).map_err(|error| format!("{error:#}"))?;
    let custom: Vec<_> = module.customs.iter().map(|(id, _)| id).collect();
    for id in custom {
        module.customs.delete(id);
    }
    Ok(module)
}

/// The data that the first file does not use, in runs.
fn runs(pieces: &[Range<u32>], used: &BTreeSet<usize>) -> Vec<Range<u32>> {
    let mut runs: Vec<Range<u32>> = Vec::new();
    let mut follows = false;
    for (at, piece) in pieces.iter().enumerate() {
        match runs.last_mut() {
            _ if used.contains(&at) => follows = false,
            Some(run) if follows => run.end = piece.end,
            _ => {
                runs.push(piece.clone());
                follows = true;
            }
        }
    }
    runs.retain(|run| run.end - run.start >= SHORTEST);
    runs
}

/// Takes runs of data out of a module.
fn cut(module: &mut Module, runs: &[Range<u32>]) -> Result<Vec<Piece>, String> {
    let mut out = Vec::new();
    let all: Vec<_> = module.data.iter().map(walrus::Data::id).collect();
    for id in all {
        let data = module.data.get_mut(id);
        let DataKind::Active { memory, offset: ConstExpr::Value(Value::I32(start)) } = data.kind else {
            return Err("a segment of data has no fixed address".into());
        };
        let (bytes, start) = (std::mem::take(&mut data.value), start.cast_unsigned());
        let end = start + u32::try_from(bytes.len()).map_err(|error| error.to_string())?;
        let slice = |range: Range<u32>| bytes[(range.start - start) as usize..(range.end - start) as usize].to_vec();
        let mut from = start;
        let mut kept = Vec::new();
        for run in runs.iter().filter(|run| run.start >= start && run.end <= end) {
            kept.push((from, slice(from..run.start)));
            out.push((run.start, slice(run.clone())));
            from = run.end;
        }
        kept.push((from, slice(from..end)));
        module.memories.get_mut(memory).data_segments.remove(&id);
        module.data.delete(id);
        fill(module, memory, kept);
    }
    Ok(out)
}

fn fill(module: &mut Module, memory: MemoryId, pieces: Vec<Piece>) {
    for (at, bytes) in pieces.into_iter().filter(|(_, bytes)| !bytes.is_empty()) {
        let offset = ConstExpr::Value(Value::I32(at.cast_signed()));
        let id = module.data.add(DataKind::Active { memory, offset }, bytes);
        module.memories.get_mut(memory).data_segments.insert(id);
    }
}

impl Engine {
    fn read(wasm: &[u8]) -> Result<Engine, String> {
        let module = parse(wasm)?;
        let memory = module.memories.iter().next().map(walrus::Memory::id).ok_or("the engine has no memory")?;
        Ok(Engine {
            functions: module.funcs.iter().map(walrus::Function::id).collect(),
            table: module.tables.main_function_table().ok().flatten().ok_or("the engine has no table of functions")?,
            memory,
            ask: module.exports.get_func(ASK).map_err(|_| format!("the engine exports no function {ASK}"))?,
            module,
        })
    }

    /// Takes functions that move out of the table where nothing in the first file can call them there; the places of all
    /// that move.
    fn vacate(&mut self, moved: &BTreeSet<Number>, addressed: &BTreeSet<String>) -> Result<Slots, String> {
        let numbers: BTreeMap<FunctionId, Number> = moved.iter().map(|number| (self.functions[*number], *number)).collect();
        let mut slots = Slots::new();
        for element in self.module.elements.iter_mut() {
            let ElementKind::Active { table, offset: ConstExpr::Value(Value::I32(start)) } = element.kind else { continue };
            if table != self.table {
                continue;
            }
            let ElementItems::Functions(functions) = &mut element.items else { return Err("the table holds more than functions".into()) };
            for (slot, function) in (start.cast_unsigned()..).zip(functions) {
                let Some(number) = numbers.get(function) else { continue };
                slots.insert(slot, *number);
                let name = self.module.funcs.get(*function).name.as_deref().unwrap_or_default();
                if !addressed.contains(name) {
                    *function = self.ask;
                }
            }
        }
        Ok(slots)
    }

    /// The functions that move and that the first file reaches; nothing is left of this engine.
    fn reached(mut self, moved: &BTreeSet<Number>) -> Vec<Number> {
        for number in moved {
            self.write(*number, |body, _, _| {
                body.unreachable();
            });
        }
        gc::run(&mut self.module);
        let left: BTreeSet<FunctionId> = self.module.funcs.iter().map(walrus::Function::id).collect();
        moved.iter().copied().filter(|number| left.contains(&self.functions[*number])).collect()
    }

    /// The place of a function in the table; one that had none gets one.
    fn slot(&mut self, number: Number, slots: &mut Slots) -> u32 {
        if let Some(slot) = slots.iter().find_map(|(slot, known)| (*known == number).then_some(*slot)) {
            return slot;
        }
        let table = self.module.tables.get_mut(self.table);
        let slot = u32::try_from(table.initial).unwrap_or(u32::MAX);
        table.initial += 1;
        table.maximum = table.maximum.map(|_| table.initial);
        slots.insert(slot, number);
        slot
    }

    fn stub(&mut self, number: Number, slot: u32, loaded: GlobalId) {
        let (ask, table) = (self.ask, self.table);
        self.write(number, |body, ty, arguments| {
            let missing = |then: &mut InstrSeqBuilder<'_>| {
                then.call(ask);
            };
            body.global_get(loaded).unop(UnaryOp::I32Eqz).if_else(None, missing, |_| {});
            for argument in arguments {
                body.local_get(*argument);
            }
            body.i32_const(slot.cast_signed()).call_indirect(ty, table);
        });
    }

    /// Gives a function another body.
    fn write(&mut self, number: Number, write: impl FnOnce(&mut InstrSeqBuilder<'_>, TypeId, &[LocalId])) {
        let (module, id) = (&mut self.module, self.functions[number]);
        let ty = module.funcs.get(id).ty();
        let (params, results) = (module.types.params(ty).to_vec(), module.types.results(ty).to_vec());
        let arguments: Vec<_> = params.iter().map(|ty| module.locals.add(*ty)).collect();
        let mut builder = FunctionBuilder::new(&mut module.types, &params, &results);
        write(&mut builder.func_body(), ty, &arguments);
        module.funcs.get_mut(id).kind = FunctionKind::Local(builder.local_func(arguments));
    }

    /// Exports what the second file takes.
    fn give(&mut self, taken: Taken) -> Result<(), String> {
        let item: ExportItem = match taken {
            Taken::Function(number) => self.functions[number].into(),
            Taken::Global(number) => self.module.globals.iter().nth(number).ok_or("a global is missing")?.id().into(),
            Taken::Table(number) => self.module.tables.iter().nth(number).ok_or("a table is missing")?.id().into(),
            Taken::Memory => self.memory.into(),
        };
        self.module.exports.add(&taken.name(), item);
        Ok(())
    }

    /// Leaves what moves; what that takes of the first file.
    fn rest(&mut self, moved: &BTreeSet<Number>, slots: &Slots, data: Vec<Piece>) -> Result<Vec<Taken>, String> {
        let module = &mut self.module;
        for id in module.exports.iter().map(walrus::Export::id).collect::<Vec<_>>() {
            module.exports.delete(id);
        }
        for id in module.elements.iter().map(walrus::Element::id).collect::<Vec<_>>() {
            module.elements.delete(id);
        }
        for id in module.data.iter().map(walrus::Data::id).collect::<Vec<_>>() {
            module.data.delete(id);
        }
        for id in module.imports.iter().map(walrus::Import::id).collect::<Vec<_>>() {
            module.imports.delete(id);
        }
        module.memories.get_mut(self.memory).data_segments = Default::default();
        fill(module, self.memory, data);

        // Everything else is the first file's.
        let mut taken = vec![Taken::Memory];
        module.memories.get_mut(self.memory).import = Some(module.imports.add(FIRST, &Taken::Memory.name(), self.memory));
        for (number, table) in module.tables.iter_mut().enumerate() {
            table.elem_segments = Default::default();
            table.maximum = None; // the first file's own is another one by now
            table.import = Some(module.imports.add(FIRST, &Taken::Table(number).name(), table.id()));
            taken.push(Taken::Table(number));
        }
        for number in 0..module.globals.iter().count() {
            let Some(id) = module.globals.iter().nth(number).map(walrus::Global::id) else { continue };
            module.globals.get_mut(id).kind = GlobalKind::Import(module.imports.add(FIRST, &Taken::Global(number).name(), id));
            taken.push(Taken::Global(number));
        }
        for (number, id) in self.functions.iter().enumerate().filter(|(number, _)| !moved.contains(number)) {
            let import = module.imports.add(FIRST, &Taken::Function(number).name(), *id);
            let function = module.funcs.get_mut(*id);
            function.kind = FunctionKind::Import(ImportedFunction { import, ty: function.ty() });
            taken.push(Taken::Function(number));
        }
        for (start, numbers) in together(slots) {
            let kind = ElementKind::Active { table: self.table, offset: ConstExpr::Value(Value::I32(start.cast_signed())) };
            let functions = numbers.iter().map(|number| self.functions[*number]).collect();
            let id = module.elements.add(kind, ElementItems::Functions(functions));
            module.tables.get_mut(self.table).elem_segments.insert(id);
        }
        let (loaded, _) = module.add_import_global(FIRST, LOADED, ValType::I32, true, false);
        let mut start = FunctionBuilder::new(&mut module.types, &[], &[]);
        start.func_body().i32_const(1).global_set(loaded);
        module.start = Some(start.finish(Vec::new(), &mut module.funcs));
        gc::run(module);
        let left: BTreeSet<&str> = module.imports.iter().map(|import| import.name.as_str()).collect();
        taken.retain(|taken| left.contains(taken.name().as_str()));
        Ok(taken)
    }
}

/// What the second file takes of the first, by number.
#[derive(Clone, Copy)]
enum Taken {
    Memory,
    Table(usize),
    Global(usize),
    Function(Number),
}

impl Taken {
    /// Under which name it crosses.
    fn name(self) -> String {
        match self {
            Taken::Memory => "m".into(),
            Taken::Table(number) => format!("t{number}"),
            Taken::Global(number) => format!("g{number}"),
            Taken::Function(number) => format!("f{number}"),
        }
    }
}

/// Places of the table that follow each other.
fn together(slots: &Slots) -> Vec<(u32, Vec<Number>)> {
    let mut runs: Vec<(u32, Vec<Number>)> = Vec::new();
    let mut next = None;
    for (slot, function) in slots {
        match runs.last_mut() {
            Some((_, functions)) if next == Some(*slot) => functions.push(*function),
            _ => runs.push((*slot, vec![*function])),
        }
        next = Some(slot + 1);
    }
    runs
}
