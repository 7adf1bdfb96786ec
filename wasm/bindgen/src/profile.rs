//! The engine with a mark in each function, to learn which of them a visit calls.

use walrus::ir::Value;
use walrus::{ConstExpr, FunctionKind, Module, ValType};

/// Before the number of a function: the export that says whether it was called.
const MARK: &str = "called:";

/// Lets each function set a mark of its own when it is called.
pub fn marked(mut module: Module) -> Module {
    let functions: Vec<_> = module.funcs.iter().map(walrus::Function::id).collect();
    for (number, id) in functions.into_iter().enumerate() {
        if !matches!(module.funcs.get(id).kind, FunctionKind::Local(_)) {
            continue;
        }
        let mark = module.globals.add_local(ValType::I32, true, false, ConstExpr::Value(Value::I32(0)));
        module.exports.add(&format!("{MARK}{number}"), mark);
        if let FunctionKind::Local(function) = &mut module.funcs.get_mut(id).kind {
            function.builder_mut().func_body().global_set_at(0, mark).const_at(0, Value::I32(1));
        }
    }
    module
}
