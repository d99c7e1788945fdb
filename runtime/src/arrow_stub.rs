use arrow_schema::*;
use std::sync::Arc;
use lakebed_schema::{Table,LogicalType as L,TimeUnit as U};
pub fn arrow_schema(t:&Table)->Schema{Schema::new(t.file_columns().map(|c|Field::new(&c.name,arrow_type(&c.ty),true)).collect::<Vec<_>>())}
pub fn arrow_type(l:&L)->DataType{match l{
L::Boolean=>DataType::Boolean,L::Int8=>DataType::Int8,L::Int16|L::UInt8=>DataType::Int16,L::Int32|L::UInt16=>DataType::Int32,L::Int64|L::UInt32=>DataType::Int64,
L::Float32=>DataType::Float32,L::Float64=>DataType::Float64,L::Decimal{precision,scale}=>DataType::Decimal128(*precision,*scale as i8),
L::String|L::Char|L::Uuid|L::Enum(_)|L::Json=>DataType::Utf8,L::Binary=>DataType::Binary,L::Date=>DataType::Date32,
L::Timestamp{unit,instant,..}=>DataType::Timestamp(if *unit==U::Millis{TimeUnit::Millisecond}else{TimeUnit::Microsecond},instant.then(||"UTC".into())),
L::List{element,..}=>DataType::List(Arc::new(Field::new("element",arrow_type(&element.ty),true))),
L::Map{key,value}=>DataType::Map(Arc::new(Field::new("key_value",DataType::Struct(vec![Field::new("key",arrow_type(key),false),Field::new("value",arrow_type(&value.ty),true)].into()),false)),false),
L::Struct{columns}=>DataType::Struct(columns.iter().map(|c|Field::new(&c.name,arrow_type(&c.ty),true)).collect::<Vec<_>>().into()),
}}
